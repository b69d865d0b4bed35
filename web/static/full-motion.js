// The camera's own stream in full motion, where a go2rtc or MediaMTX has it: WebRTC by WHEP.

import { get } from "./api.js";
import { el, notice } from "./dom.js";
import { t } from "./text.js";

const GATHERING = 2000;

// Shows a button for it, if there is a stream.
export async function offerFullMotion(camera) {
  const { items } = await get("live");
  const stream = items.find((one) => one.camera === camera)?.streams.find((one) => one.whep);
  if (!stream) return;
  const button = document.getElementById("full-motion");
  let stop = null;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    stop = stop ? stop() : await play(stream.whep).catch(failed);
    button.setAttribute("aria-pressed", String(Boolean(stop)));
    button.disabled = false;
  });
}

function failed() {
  notice(t("camera.no_full_motion"));
  return null;
}

// Plays over the tile's pictures; resolves to how to stop.
async function play(whep) {
  const peer = new RTCPeerConnection();
  try {
    const stream = await receive(peer, whep);
    const video = el("video", { autoplay: true, muted: true, playsInline: true, controls: true, srcObject: stream });
    document.querySelector("#camera-list .view").append(video);
    return () => {
      peer.close();
      video.remove();
      return null;
    };
  } catch (error) {
    peer.close();
    throw error;
  }
}

async function receive(peer, whep) {
  const stream = new MediaStream();
  peer.ontrack = ({ track }) => stream.addTrack(track);
  for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
  await peer.setLocalDescription();
  await gathered(peer);
  const body = peer.localDescription.sdp;
  const reply = await fetch(whep, { method: "POST", headers: { "Content-Type": "application/sdp" }, body });
  if (!reply.ok) throw new Error(`WHEP answered ${reply.status}`);
  await peer.setRemoteDescription({ type: "answer", sdp: await reply.text() });
  return stream;
}

// Until all addresses are known, or for long enough: nobody trickles.
function gathered(peer) {
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERING);
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
  });
}
