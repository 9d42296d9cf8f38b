// The engine of a page that was handed out: in a worker of the page, without a server.
import { decoded } from "./arrays.js";

export class Local {
  // As `Served`; the worker's script is a part of this one.
  constructor(script, told) {
    this.number = 0;
    this.waiting = new Map();
    this.onmessage = this.onclose = () => {};
    this.worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = ({ message }) => this.onclose(`The page can't train: ${message}`);
    this.worker.postMessage(decoded(told));
  }

  take(message) {
    const wait = this.waiting.get(message.re);
    if (!wait) return this.onmessage(message);
    this.waiting.delete(message.re);
    if (message.error) wait.fail(Object.assign(new Error(message.error.what), message.error));
    else wait.done(message);
  }

  send(message) {
    const id = ++this.number;
    const answer = new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      this.worker.postMessage({ ...message, id });
    });
    return Object.assign(answer, { id });
  }

  post(message) {
    this.worker.postMessage(message);
  }
}
