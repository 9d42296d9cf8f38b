// The engine behind a WebSocket: a Python session in a process of its own.
import { decoded } from "./arrays.js";

const GONE = "The connection to graphviz-nn is lost. Start it again and open its new address.";

export class Served {
  // `send(message)` promises the answer; `onmessage(message)` hears what comes unasked; `onclose(reason)`.
  constructor() {
    const address = new URL(`socket${location.search}`, location.href.split("#")[0]);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.number = 0;
    this.waiting = new Map();
    this.onmessage = this.onclose = () => {};
    this.reason = GONE;
    this.socket = new WebSocket(address);
    this.opened = new Promise(done => { this.socket.onopen = done; });
    this.socket.onmessage = event => this.take(decoded(JSON.parse(event.data)));
    this.socket.onclose = () => this.close();
  }

  take(message) {
    if (message.bye) this.reason = message.bye;
    const wait = this.waiting.get(message.re);
    if (!wait) return this.onmessage(message);
    this.waiting.delete(message.re);
    if (message.error) wait.fail(Object.assign(new Error(message.error.what), message.error));
    else wait.done(message);
  }

  close() {
    for (const { fail } of this.waiting.values()) fail(Object.assign(new Error(this.reason), { gone: true }));
    this.waiting.clear();
    this.onclose(this.reason);
  }

  // The promise has the message's `id`, by which it can be cancelled.
  send(message) {
    const id = ++this.number;
    const answer = this.opened.then(() => new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      this.socket.send(JSON.stringify({ ...message, id }));
    }));
    return Object.assign(answer, { id });
  }

  // What has no answer.
  post(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
