// Asks a hub for pictures as a browser does, through @microsoft/signalr, and prints one JSON object with what it saw.
// node hub-client.mjs MODULE URL MODEL WARM REQUESTS PARALLEL
import { createRequire } from "node:module";

const [module, url, model, warm, requests, parallel] = process.argv.slice(2);
const signalR = createRequire(import.meta.url)(module);
const connection = new signalR.HubConnectionBuilder().withUrl(`${url}/hubs/jobs`).configureLogging(signalR.LogLevel.None).build();
await connection.start();

const ended = new Map(); // job → when its end was pushed here, and what
const waiting = new Map(); // job → who waits for it
connection.stream("Watch").subscribe({
    next(job) {
        if (job.pictureUrl || job.error || job.state === "Deleted") {
            const end = { at: performance.now(), ...job };
            waiting.get(job.jobId)?.(end) ?? ended.set(job.jobId, end);
        }
    },
    error(fault) { throw fault; },
    complete() { },
});

let seed = 1;
async function one() {
    const begun = performance.now();
    const answer = await connection.invoke("Submit", { model, prompt: "red apple, fluent style", steps: 1, guidance: 1, seed: seed++, count: 1 });
    if (answer.errors.length > 0) throw new Error(answer.errors.map(e => `${e.field}: ${e.message}`).join(" "));
    const id = answer.jobIds[0];
    // The push may overtake the answer.
    const end = ended.get(id) ?? await new Promise(resolve => waiting.set(id, resolve));
    ended.delete(id);
    waiting.delete(id);
    if (!end.pictureUrl) throw new Error(end.error ?? end.state);
    return { total: end.at - begun, device: end.deviceMilliseconds };
}

for (let i = 0; i < Number(warm); i++) await one();
const alone = [];
for (let i = 0; i < Number(requests); i++) alone.push(await one());

let left = Number(requests);
const begun = performance.now();
await Promise.all(Array.from({ length: Number(parallel) }, async () => {
    while (left-- > 0) await one();
}));
const seconds = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ alone, picturesPerSecond: Number(requests) / seconds }));
await connection.stop();
