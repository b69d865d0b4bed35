// Cameras and zones by the names that their owner gave them.

import { get } from "./api.js";

const cameras = new Map((await get("cameras")).items.map((camera) => [camera.name, camera]));

// One of the past has only the name that it was configured by.
export const cameraName = (name) => cameras.get(name)?.friendly_name ?? name;

export const zoneName = (camera, name) => cameras.get(camera)?.zones.find((zone) => zone.name === name)?.friendly_name ?? name;
