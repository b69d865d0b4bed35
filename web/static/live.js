// One WebSocket to /ws that comes back by itself. docs/live.md says which topics there are.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
const PING_EVERY = 20000;
const SILENT_AFTER = 2 * PING_EVERY + 5000;

// `onMessage(topic, payload)`: payloads that are JSON come decoded. `onState(connected, code)`: 4401 says to sign in.
export function listen({ topics = [], cameras = [], onMessage, onState = () => {} }) {
  const wishes = { topics, cameras };
  let socket, retry, pings, heardAt, pause = FIRST_PAUSE, lastAlert = "", closed = false;

  function address() {
    const url = new URL("ws", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    for (const [name, value] of [["topics", wishes.topics.join()], ["cameras", wishes.cameras.join()], ["after", lastAlert]])
      if (value) url.searchParams.set(name, value);
    return url;
  }

  function connect() {
    socket = new WebSocket(address());
    socket.onopen = opened;
    socket.onmessage = ({ data }) => heard(JSON.parse(data));
    socket.onclose = ({ code }) => lost(code);
  }

  function opened() {
    pause = FIRST_PAUSE;
    heardAt = Date.now();
    pings = setInterval(ping, PING_EVERY);
    onState(true);
  }

  // A connection can be dead without anybody having said so.
  function ping() {
    if (Date.now() - heardAt > SILENT_AFTER) socket.close();
    else say("ping");
  }

  function heard({ topic, payload }) {
    heardAt = Date.now();
    const said = /^[{[]/.test(payload) ? JSON.parse(payload) : payload;
    if (topic === "camera_monitoring") lastAlert = said.alert_id;
    if (topic !== "pong") onMessage(topic, said);
  }

  function lost(code) {
    clearInterval(pings);
    if (closed) return;
    onState(false, code);
    retry = setTimeout(connect, pause * (0.5 + Math.random() / 2));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }

  function say(topic, payload = "") {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ topic, payload }));
  }

  connect();
  return {
    subscribe(changes) {
      Object.assign(wishes, changes);
      say("subscribe", wishes);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      socket.close();
    },
  };
}
