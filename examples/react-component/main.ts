// A React component hands work to an agent and shows how it gets on. Somebody uses it, in a real Chromium.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { artifact, createReferenceServer, failed, inputRequired, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { chromium, type Locator } from 'playwright';
import { findChromium } from '../../test/runtimes/chromium.js';
import { skip } from '../skip.js';
import { barriersOf } from './barriers.js';
import { servePage } from './serve.js';

const launch = (() => {
  try {
    return findChromium();
  } catch (error) {
    return skip(String(error));
  }
})();

let isReady = false;
let writeOn = () => {};
const mayWriteOn = new Promise<void>(resolve => {
  writeOn = resolve;
});
// Somebody else's agent. Its server lets pages of other origins call it.
await using server = createReferenceServer({
  async *agent(turn) {
    yield working(`Reading about ${turn.text}`);
    if (turn.text === 'everything') await turn.sleep(60_000);
    if (turn.text === 'olives') return yield inputRequired('Of which year?');
    if (turn.text === 'nothing' && !isReady) return yield failed('There is nothing to report.');
    yield artifact('The harvest ', { artifactId: 'report' });
    await mayWriteOn;
    yield artifact('doubled.', { artifactId: 'report', append: true, lastChunk: true });
  },
});
await using agent = await listen(server, { cors: true });

await using web = await servePage();
const browser = await chromium.launch(launch);
const page = await browser.newPage();
const complaints: string[] = [];
page.on('pageerror', error => complaints.push(String(error)));
page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
await page.goto(`${web.url}/?agent=${encodeURIComponent(agent.url)}`);

const status = page.getByRole('status');
const report = page.getByRole('region', { name: 'Report' });
const button = (name: string) => page.getByRole('button', { name });
const seen = async (place: Locator, text: string) => {
  await place.filter({ hasText: text }).waitFor({ timeout: 10_000 });
  console.log(`seen:  ${text}`);
};
async function order(topic: string): Promise<void> {
  console.log(`Write: ${topic}`);
  await page.getByLabel('Topic').fill(topic);
  await button('Write').click();
}

/** What became of all that was ordered, as the agent's server has it. */
const states = () =>
  server.tasks
    .list()
    .map(({ status: { state } }) => state)
    .join();

await seen(status, 'Nothing is at work');
await order('olives');
await seen(status, 'The agent has a question');
assert.deepEqual(await barriersOf(page), []);
// The focus is where the answer goes.
await page.getByLabel('Of which year?').and(page.locator(':focus')).waitFor();
await page.keyboard.type('2026');
await page.keyboard.press('Enter');
await seen(report, 'The harvest');
await seen(status, 'Reading about 2026');
writeOn();
await seen(report, 'The harvest doubled.');
await seen(status, 'The report is there');
// Handed over once, though StrictMode runs effects twice.
assert.equal(server.tasks.size, 1);

await order('nothing');
await seen(page.getByRole('alert'), 'There is nothing to report.');
assert.deepEqual(await barriersOf(page), []);
isReady = true;
await button('Try again').click();
await seen(report, 'The harvest doubled.');
assert.equal(await page.getByRole('alert').count(), 0);

await order('everything');
await seen(status, 'Reading about everything');
await button('Cancel').click();
await seen(status, 'Canceled');
await status.and(page.locator(':focus')).waitFor();

await order('everything');
await seen(status, 'Reading about everything');
await button('Close').click();
await button('Open').click();
await seen(status, 'Nothing is at work');
// Nobody is left to see the result, so the agent is told to stop.
while (states().endsWith('working')) await setTimeout(20);
assert.equal(states(), 'completed,failed,completed,canceled,canceled');
assert.deepEqual(complaints, []);
await browser.close();
