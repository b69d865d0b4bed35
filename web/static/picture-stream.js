// Live pictures of a camera in a canvas: over a WebSocket, or one by one for as long as that fails.

const FPS = 5;
const PAUSE = 1000;
const SINGLES = 10;
const HEIGHTS = [180, 240, 360, 480, 720, 1080];

// `onPicture(live)` is called for each picture that is shown: whether they are pushed, or asked for one by one. Returns
// how to stop.
export function watchPictures(camera, canvas, onPicture) {
  const name = encodeURIComponent(camera);
  let socket, timer, busy = false, stopped = false, singles = 0;

  function connect() {
    const url = new URL(`live/jpeg/${name}?fps=${FPS}&height=${height(canvas)}`, document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => show(data, true);
    socket.onclose = single;
  }

  async function single() {
    if (stopped) return;
    const reply = await fetch(`api/${name}/latest.jpg?height=${height(canvas)}`).catch(() => null);
    if (reply?.ok) await show(await reply.blob(), false);
    singles = (singles + 1) % SINGLES;
    if (!stopped) timer = setTimeout(singles ? single : connect, PAUSE);
  }

  // A browser that can't keep up misses pictures.
  async function show(jpeg, live) {
    if (busy || stopped) return;
    busy = true;
    await draw(jpeg, canvas).then(() => onPicture(live), () => {});
    busy = false;
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket.close();
  };
}

// Shows a JPEG in a canvas; rejects where it is none.
export async function draw(jpeg, canvas) {
  const picture = await createImageBitmap(jpeg);
  const { width, height } = picture;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
}

function height(canvas) {
  const wanted = canvas.parentElement.clientHeight * Math.min(devicePixelRatio, 2);
  return HEIGHTS.find((one) => one >= wanted) ?? HEIGHTS.at(-1);
}
