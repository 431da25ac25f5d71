import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifact, completed, createReferenceServer, inputRequired } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figure, open, type Served, serve } from './opened.js';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served[Symbol.asyncDispose]());

describe('the agent in the page', () => {
  test('a task of 10 s completes by polling, by stream and by push, and is drawn as it happens', async () => {
    await using monitor = await open(served, { seconds: 10 });
    const ways = [monitor.run(/^By polling/), monitor.run(/^By stream/), monitor.run(/^By push/)] as const;
    await monitor.send();
    for (const run of ways) await run.getByText('working', { exact: true }).first().waitFor();
    expect(await monitor.violations()).toEqual([]);
    // In the middle: the line of now, and what was made so far.
    for (const run of ways) await expect.poll(() => run.locator('.plot .now').count()).toBe(1);
    for (const run of ways) await run.getByText('Olive oil: the harvest doubled,').waitFor();
    for (const run of ways) expect(await run.locator('.state').textContent()).toMatch(/^working [2-9]/);

    for (const run of ways) await run.getByText('completed').first().waitFor({ timeout: 20_000 });
    for (const run of ways) {
      expect(await run.locator('.state').textContent()).toMatch(/^completed 1\d\.\d s$/);
      expect(await run.getByText('and the mills work nights.').count()).toBe(1);
      expect(await run.locator('.plot .now').count()).toBe(0);
    }
    const [poll, stream, push] = ways;
    expect(await figure(poll, 'event')).toBe(0);
    expect(await figure(poll, 'notification')).toBe(0);
    expect(await poll.locator('.trip.ask').count()).toBeGreaterThan(6);
    expect(await figure(stream, 'event')).toBeGreaterThanOrEqual(6);
    expect(await figure(stream, 'notification')).toBe(0);
    expect(await stream.locator('.plot .stream rect').count()).toBe(1);
    expect(await figure(push, 'event')).toBe(0);
    expect(await figure(push, 'notification')).toBeGreaterThanOrEqual(2);
    expect(await push.locator('.plot g.notified').count()).toBeGreaterThanOrEqual(2);
    for (const told of [stream, push])
      expect(await told.locator('.figures').textContent()).toMatch(/known 0\.[0-4] s after the end/);
    expect(await monitor.violations()).toEqual([]);
    expect(await monitor.shift()).toBeLessThan(0.005);
    expect(monitor.complaints).toEqual([]);
  });

  test('a run that goes on stays in the page, so that it can be stopped', async () => {
    await using monitor = await open(served, { seconds: 60 });
    for (let sent = 0; sent < 5; sent += 1) await monitor.send();
    await expect.poll(() => monitor.page.getByRole('button', { name: 'Stop' }).count()).toBe(15);
  });

  test('a browser that does not show the body of a request is told what was sent, too', async () => {
    await using monitor = await open(served, { without: 'Request.prototype.body' });
    await monitor.page.getByLabel('Polling').check();
    await monitor.send();
    const run = monitor.run(/^By polling/);
    await run.getByText('completed').first().waitFor();
    expect(await run.locator('.trip.send').count()).toBe(1);
    expect(await run.locator('.trip.other').count()).toBe(0);
  });

  test('answers also when the browser has ended its service worker', async () => {
    await using monitor = await open(served, { seconds: 5 });
    const { page } = monitor;
    await monitor.send();
    for (const name of [/^By polling/, /^By stream/, /^By push/])
      await monitor.run(name).getByText('working', { exact: true }).first().waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('ServiceWorker.enable');
    await devtools.send('ServiceWorker.stopAllWorkers');
    for (const name of [/^By polling/, /^By stream/, /^By push/])
      await monitor.run(name).getByText('and the mills work nights.').waitFor({ timeout: 20_000 });
  });

  test('the fastest way is push', async () => {
    await using monitor = await open(served);
    await monitor.page.getByLabel('The fastest').check();
    await monitor.send();
    const run = monitor.run(/fastest/);
    await run.getByText('completed').first().waitFor();
    await run.getByText('In words').click();
    await run.getByText(/^[\d.]+ s By push: /).waitFor();
  });

  test('a keyboard is enough, and a screen reader is told', async () => {
    await using monitor = await open(served);
    const { page } = monitor;
    await page.getByLabel('the agent in this page').focus();
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Tab');
    // The ways: arrows choose.
    await page.keyboard.press('ArrowDown');
    expect(await page.getByLabel('Polling').isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await monitor.focused()).toBe('Send');
    await page.keyboard.press('Enter');
    const news = page.locator('p.unseen[role=status]');
    await expect
      .poll(() => news.textContent(), { timeout: 10_000 })
      .toMatch(/^By polling: completed after [\d.]+ s\.$/);
    await page.keyboard.press('Tab');
    expect(await monitor.focused()).toBe('Again');
    const label = await monitor
      .run(/^By polling/)
      .getByRole('img')
      .getAttribute('aria-label');
    expect(label).toMatch(/^By polling: completed after .* requests/);
  });

  test('a question is answered in the page', async () => {
    await using monitor = await open(served);
    await monitor.page.getByLabel('And it').selectOption('asks');
    await monitor.page.getByLabel('Stream').check();
    await monitor.send();
    const run = monitor.run(/^By stream/);
    const answer = run.getByRole('textbox', { name: 'The agent asks: Which year?' });
    await answer.waitFor();
    expect(await monitor.violations()).toEqual([]);
    await answer.fill('1999');
    await answer.press('Enter');
    await run.getByText('1999. Olive oil').waitFor();
    expect(await monitor.focused()).toMatch(/^1999\. Olive oil/);
    await run.getByText('completed').first().waitFor();
    expect(await monitor.shift()).toBeLessThan(0.005);
  });

  test('a task that fails says why, and can be sent again', async () => {
    await using monitor = await open(served);
    await monitor.page.getByLabel('And it').selectOption('fails');
    await monitor.page.getByLabel('Push').check();
    await monitor.send();
    const run = monitor.run(/^By push/);
    await run.getByText('TaskFailedError').waitFor();
    await run.getByText(/Out of paper/).waitFor();
    expect(await run.locator('.state').textContent()).toMatch(/^failed/);
    expect(await monitor.violations()).toEqual([]);
    await run.getByRole('button', { name: 'Again' }).click();
    await expect.poll(() => monitor.run(/^By push/).count()).toBe(2);
    await expect.poll(() => monitor.page.getByText('TaskFailedError').count()).toBe(2);
    expect(await monitor.violations()).toEqual([]);
  });

  test('the wire log has what was said, and axe nothing to say about it, light and dark', async () => {
    await using monitor = await open(served, { colorScheme: 'dark', reducedMotion: 'reduce' });
    await monitor.page.getByLabel('Push').check();
    expect(await monitor.violations()).toEqual([]);
    await monitor.send();
    const run = monitor.run(/^By push/);
    await run.getByText('completed').first().waitFor();
    await run.getByText('In words').click();
    await run.getByText('On the wire').click();
    await run.getByText('SendMessage', { exact: true }).click();
    await run.getByText('notification', { exact: true }).first().click();
    await run.getByLabel('Request').getByText('Write the report').waitFor();
    expect(await run.getByLabel('Body').textContent()).toContain('"taskId"');
    expect(await monitor.violations()).toEqual([]);
    await monitor.page.emulateMedia({ colorScheme: 'light' });
    expect(await monitor.violations()).toEqual([]);
  });

  test('a small window has all of it, and scrolls only down', async () => {
    await using monitor = await open(served, { seconds: 10, viewport: { width: 320, height: 640 } });
    await monitor.send();
    await monitor
      .run(/^By push/)
      .getByText('completed')
      .first()
      .waitFor();
    await monitor
      .run(/^By polling/)
      .getByText('completed')
      .first()
      .waitFor();
    const [wide, narrow] = await monitor.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    expect(wide).toBeLessThanOrEqual(narrow ?? 0);
    expect(await monitor.violations()).toEqual([]);
    expect(await monitor.shift()).toBeLessThan(0.005);
    const marks = await monitor
      .run(/^By push/)
      .locator('.mark text')
      .evaluateAll(texts => texts.map(text => text.getBoundingClientRect()).filter(({ width }) => width > 0));
    for (const [nth, { right }] of marks.entries())
      expect(right).toBeLessThan(marks[nth + 1]?.left ?? Number.POSITIVE_INFINITY);
  });

  test('without a service worker the page says so, and other agents can be asked', async () => {
    await using monitor = await open(served, { serviceWorkers: 'block' });
    await monitor.page.getByText('The agent in this page cannot start.').waitFor();
    expect(await monitor.page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    expect(await monitor.violations()).toEqual([]);
    await monitor.page.getByLabel('an agent elsewhere').check();
    await monitor.page.getByText('None yet: give the url of one').waitFor();
  });
});

describe('an agent elsewhere', () => {
  test('is found by its url, and its result comes; it cannot notify a page', async () => {
    await using server = createReferenceServer({ dialect: '0.3', auth: { bearer: 'very secret' } });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await page.getByLabel('an agent elsewhere').check();
    expect(await page.getByLabel('Push').isDisabled()).toBe(true);
    await page.getByLabel('Its url').fill(agent.url);
    await page.getByLabel('Its token').fill('very secret');
    await page.getByLabel('Its token').blur();
    await page.getByText('A2A 0.3 over JSON-RPC').waitFor();
    await monitor.send();
    for (const name of [/^By polling/, /^By stream/]) {
      await monitor.run(name).getByText('completed').first().waitFor();
      await monitor.run(name).getByText('You said: Write the report').waitFor();
      await monitor.run(name).getByText('On the wire').click();
    }
    expect(await page.locator('main').textContent()).not.toContain('very secret');
    expect(await monitor.violations()).toEqual([]);
    expect(server.tasks.size).toBe(2);
  });

  test('may stream thousands of events: the page keeps up', async () => {
    await using server = createReferenceServer({
      async *agent(turn) {
        for (let nth = 0; nth < 2_000; nth += 1) {
          if (nth % 50 === 0) await turn.sleep(10);
          yield artifact('word ', { artifactId: 'words', append: nth > 0 });
        }
      },
    });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.meet(agent.url);
    await page.getByLabel('Stream').check();
    await monitor.send();
    const run = monitor.run(/^By stream/);
    await run.getByText('completed').first().waitFor();
    expect(await figure(run, 'event')).toBeGreaterThan(1_000);
    expect(await figure(run, 's after the end')).toBeLessThan(3);
    expect(await run.locator('.panel').textContent()).toBe('word '.repeat(2_000));
  });

  test('gets the token that was typed last, sent by Enter', async () => {
    await using server = createReferenceServer({ auth: { bearer: 'very secret' } });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.meet(agent.url);
    await page.getByLabel('Polling').check();
    await page.getByLabel('Its token').fill('very secret');
    await page.getByLabel('Its token').press('Enter');
    await monitor
      .run(/^By polling/)
      .getByText('completed')
      .first()
      .waitFor();
  });

  test('may ask something long: it can be read, and answered', async () => {
    await using server = createReferenceServer({
      *agent(turn) {
        yield turn.task ? completed('Thanks.') : inputRequired('W'.repeat(3_000));
      },
    });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.meet(agent.url);
    await page.getByLabel('Polling').check();
    await monitor.send();
    const run = monitor.run(/^By polling/);
    await run.getByRole('textbox').waitFor();
    const panel = await run
      .locator('.panel')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(panel).toBeLessThanOrEqual(0);
    expect(await monitor.violations()).toEqual([]);
    await run.getByRole('textbox').fill('yes');
    await run.getByRole('button', { name: 'Answer' }).click();
    await run.getByText('Thanks.').waitFor();
  });

  test('is asked to cancel what is stopped', async () => {
    await using server = createReferenceServer({
      async *agent(turn) {
        await turn.sleep(60_000);
        yield { kind: 'status', state: 'completed' };
      },
    });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.meet(agent.url);
    await page.getByLabel('Polling').check();
    await monitor.send();
    const run = monitor.run(/^By polling/);
    await run.getByText('submitted').first().waitFor();
    await run.getByRole('button', { name: 'Stop' }).click();
    await run.getByText('Stopped. The agent was asked to cancel the task.').waitFor();
    await expect.poll(() => server.tasks.list().map(({ status }) => status.state)).toEqual(['canceled']);
    expect(await run.locator('.state').textContent()).toMatch(/^stopped/);
  });

  test('that is not there is said, and looked for again', async () => {
    await using server = createReferenceServer();
    const port = await freePort();
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.lookAt(`http://127.0.0.1:${port}`);
    const again = page.getByRole('button', { name: 'Look again' });
    await again.waitFor();
    expect(await monitor.violations()).toEqual([]);
    await using agent = await listen(server, { cors: true, port });
    await again.focus();
    await again.press('Enter');
    await page.getByText(agent.url).waitFor();
    expect(await monitor.focused()).toMatch(/^Agent/);
  });

  test('is waited for while the page is offline', async () => {
    await using server = createReferenceServer({
      async *agent(turn) {
        await turn.sleep(2_000);
        yield { kind: 'status', state: 'completed' };
      },
    });
    await using agent = await listen(server, { cors: true });
    await using monitor = await open(served);
    const { page } = monitor;
    await monitor.meet(agent.url);
    await page.getByLabel('Polling').check();
    await monitor.send();
    const run = monitor.run(/^By polling/);
    await run.getByText('submitted').first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('Offline:').waitFor();
    expect(await monitor.violations()).toEqual([]);
    await run.locator('.trip.failed').first().waitFor({ state: 'attached' });
    await page.context().setOffline(false);
    await page.getByText('Online').waitFor();
    await run.getByText('completed').first().waitFor();
    expect(await monitor.shift()).toBeLessThan(0.005);
  });

  test('that answers with something else is an error that says so', async () => {
    const server = createServer((_, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-headers', '*');
      response.end('<h1>Welcome</h1>');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await using monitor = await open(served);
      await monitor.lookAt(`http://127.0.0.1:${port}`);
      await monitor.page.getByRole('button', { name: 'Look again' }).waitFor();
      expect(await monitor.page.locator('.agent .wrong').textContent()).toContain(`127.0.0.1:${port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
