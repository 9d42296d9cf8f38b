// The worker: its first message tells the model, all others are the page's.
let engine = null;
onmessage = ({ data }) => {
  if (engine) engine.hear(data);
  else engine = new Engine(data, (message) => postMessage(message));
};
