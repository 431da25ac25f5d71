import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { AgentUrls } from './suite/agents.js';

/** Agents on loopback, for one suite in one runtime. */
export async function startAgents(app: string): Promise<{ urls: AgentUrls; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['agents.mjs'], { cwd: app, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
    ended.then(([code]) => Promise.reject(new Error(`The agents ended with ${code}.`))),
  ]);
  return {
    urls: JSON.parse(line),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
