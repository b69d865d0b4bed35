import { hear, keep } from "../refresh.js";
import { note, updateCameras } from "../tiles.js";

keep(5000, async () => {
  const cameras = await updateCameras();
  document.getElementById("cameras-empty").hidden = cameras.length > 0;
});
hear(["+/objects", "+/state"], (topic, changes) => note(topic.slice(0, topic.lastIndexOf("/")), changes));
