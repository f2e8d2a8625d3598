// Submits, watches and cancels over /hubs/jobs. Arguments: the hub's address, the folder of node modules.
const assert = require("node:assert/strict");
const [, , address, modules] = process.argv;
const { HubConnectionBuilder, LogLevel } = require(`${modules}/@microsoft/signalr`);

const deadline = setTimeout(() => { console.error("It took too long."); process.exit(1); }, 30_000);

(async () => {
  const hub = new HubConnectionBuilder().withUrl(`${address}hubs/jobs`).configureLogging(LogLevel.Warning).build();
  await hub.start();

  const seen = [];
  let wake = () => {};
  const subscription = hub.stream("Watch").subscribe({ next: job => { seen.push(job); wake(); }, error: e => { throw e; }, complete: () => {} });
  const until = async holds => { while (!seen.some(holds)) await new Promise(resolve => { wake = resolve; }); return seen.find(holds); };

  const refused = await hub.invoke("Submit", { model: "sprout", prompt: "fig", steps: 1000, count: 99 });
  assert.equal(refused.groupId ?? null, null);
  assert.deepEqual(refused.errors.map(e => e.field).sort(), ["count", "steps"]);

  const answer = await hub.invoke("Submit", { model: "sprout", prompt: "fig", count: 2 });
  assert.equal(answer.jobIds.length, 2);
  assert.equal(answer.errors.length, 0);
  const [first, second] = answer.jobIds;
  const waiting = await until(j => j.jobId === first && j.state === "Enqueued");
  assert.equal(waiting.groupId, answer.groupId);
  assert.deepEqual([waiting.waitsFor, waiting.startsInMilliseconds], ["NoWorker", null]);
  await until(j => j.jobId === second && j.position === 2);

  assert.equal(await hub.invoke("Cancel", first), true);
  await until(j => j.jobId === first && j.state === "Deleted");
  // The one behind it moves up, and nobody asks.
  await until(j => j.jobId === second && j.position === 1);
  assert.equal(await hub.invoke("Cancel", first), false);
  assert.equal(await hub.invoke("Cancel", 999999), false);

  // Who comes later is shown what is still alive.
  const later = [];
  await new Promise(resolve => hub.stream("Watch").subscribe({ next: j => { later.push(j); if (j.jobId === second) resolve(); }, error: () => {}, complete: () => {} }));
  assert.ok(later.every(j => j.jobId !== first));

  assert.equal(await hub.invoke("Cancel", second), true);
  await until(j => j.jobId === second && j.state === "Deleted");
  subscription.dispose();
  await hub.stop();
  clearTimeout(deadline);
  console.log("all as it should be");
})().catch(e => { console.error(e); process.exit(1); });
