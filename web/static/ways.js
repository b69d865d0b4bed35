// Ways on which a film comes to a <video>: each resolves once it is on its way, and lets go of everything when `signal`
// says so. A film that ends by itself has the video say `ended`.

import { call } from "./api.js";

const GATHERING = 2000;
const GONE = ["failed", "closed"];
const BEHIND = 3;
const KEPT = 30;
const CODECS = ["avc1.640029", "avc1.64002A", "avc1.640033", "hvc1.1.6.L153.B0", "mp4a.40.2", "mp4a.40.5", "flac", "opus"];

// In the order of preference: the first is the most prompt, the second gets through wherever this page does.
export const WAYS = { webrtc, mse };

async function webrtc(video, { webrtc: address, name }, signal) {
  const peer = new RTCPeerConnection();
  signal.addEventListener("abort", () => peer.close());
  const film = new MediaStream();
  peer.onconnectionstatechange = () => GONE.includes(peer.connectionState) && video.dispatchEvent(new Event("ended"));
  peer.ontrack = ({ track }) => film.addTrack(track);
  for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
  await peer.setLocalDescription();
  await gathered(peer);
  const { answer } = await call("POST", address.replace("/api/", ""), { stream: name, offer: peer.localDescription.sdp });
  video.srcObject = film;
  await peer.setRemoteDescription({ type: "answer", sdp: answer });
}

// Until all addresses are known, or for long enough: nobody trickles.
function gathered(peer) {
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERING);
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
  });
}

// go2rtc's own protocol: we name the codecs we know, it names those it sends, then sends.
function mse(video, { mse: address }, signal) {
  const source = new MediaSource();
  const url = new URL(address.slice(1), document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  video.src = URL.createObjectURL(source);
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  signal.addEventListener("abort", () => {
    socket.close();
    URL.revokeObjectURL(video.src);
  });
  return new Promise((resolve, reject) => {
    const waiting = [];
    let buffer = null;

    function ask() {
      const known = CODECS.filter((codec) => MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`));
      socket.send(JSON.stringify({ type: "mse", value: known.join() }));
    }

    function begin({ type, value }) {
      if (type !== "mse") return reject(new Error(value));
      buffer = source.addSourceBuffer(value);
      buffer.mode = "segments";
      buffer.addEventListener("updateend", next);
      resolve();
    }

    function next() {
      if (buffer.updating || source.readyState !== "open") return;
      const begins = buffer.buffered.length ? buffer.buffered.start(0) : 0;
      if (waiting.length) buffer.appendBuffer(waiting.shift());
      else if (video.currentTime - begins > 2 * KEPT) buffer.remove(begins, video.currentTime - KEPT);
      keepUp(video, buffer);
    }

    source.addEventListener("sourceopen", () => (socket.readyState === WebSocket.OPEN ? ask() : (socket.onopen = ask)));
    socket.onclose = () => {
      reject(new Error("the film has ended"));
      video.dispatchEvent(new Event("ended"));
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") begin(JSON.parse(data));
      else if (waiting.push(data) && buffer) next();
    };
  });
}

// What is live is not watched from behind.
function keepUp(video, { buffered }) {
  if (!buffered.length) return;
  const end = buffered.end(buffered.length - 1);
  if (end - video.currentTime > BEHIND || video.currentTime < buffered.start(0)) video.currentTime = end - 0.1;
}
