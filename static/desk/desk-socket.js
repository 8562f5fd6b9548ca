/* Hears the desk.

   Events beside those of LiveSocket: "desk" (detail: the state as GET /api/v1/desk/ gives it). Every ping is also the
   worker's sign of life. */

import { LiveSocket } from "../shared/live-socket.js";

export class DeskSocket extends LiveSocket {
  get opening() {
    return "desk";
  }

  take(frame) {
    if (frame.type === "desk") this.answered(frame);
  }

  ask() {
    return this.request();
  }

  answered(state) {
    this.dispatchEvent(new CustomEvent("desk", { detail: state }));
  }
}
