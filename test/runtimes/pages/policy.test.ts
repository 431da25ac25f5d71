import { A2AClient, NetworkError, textOf } from 'a2a-await';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejection, until } from '../../support/settling.js';
import { urlOf } from '../suite/agents.js';

// The page may load scripts of its own origin, and connect to the agents' origins. It may not eval, and has no inline
// script: chromium.ts. All the other suites run in the same page.

const violated: string[] = [];
const hear = ({ violatedDirective }: SecurityPolicyViolationEvent) => violated.push(violatedDirective);
beforeAll(() => document.addEventListener('securitypolicyviolation', hear));
afterAll(() => document.removeEventListener('securitypolicyviolation', hear));

describe('the policy of the page', () => {
  it('is there: code from a string is refused', async () => {
    expect(() => new Function('return 1')).toThrow(EvalError);
    await until(() => violated.includes('script-src'));
  });

  it('is kept by the client', async () => {
    violated.length = 0;
    await using client = new A2AClient(urlOf('v1'));
    expect(textOf(await client.run('page 1'))).toBe('Printed: page 1');
    for await (const event of client.streamMessage('page 2')) expect(event.kind).toBeDefined();
    expect(violated).toEqual([]);
  });

  it('ends a call to an origin that it does not name, as an error of the network that tells where to', async () => {
    violated.length = 0;
    const client = new A2AClient(urlOf('forbidden'));
    const error = await rejection(client.sendMessage('page 3'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain(urlOf('forbidden'));
    await until(() => violated.length > 0);
    expect(violated).toContain('connect-src');
  });
});
