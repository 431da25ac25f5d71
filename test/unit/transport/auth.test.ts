import { describe, expect, it, vi } from 'vitest';
import { Authenticator } from '../../../src/transport/auth.js';
import { rejection } from '../../support/settling.js';

describe('the credentials of a client', () => {
  it('are asked for once, however many requests begin together', async () => {
    const auth = vi.fn(async () => 'token');
    const authenticator = new Authenticator(auth);
    const all = await Promise.all(Array.from({ length: 10 }, () => authenticator.get()));
    expect(auth).toHaveBeenCalledTimes(1);
    expect(auth).toHaveBeenCalledWith({ reason: 'start' });
    expect(new Headers(all[0]).get('authorization')).toBe('Bearer token');
    expect(new Set(all).size).toBe(1);
  });

  it('are renewed once, however many requests were refused in the same turn', async () => {
    let given = 0;
    const auth = vi.fn(() => `token-${++given}`);
    const authenticator = new Authenticator(auth);
    const refused = authenticator.get();
    await refused;
    const all = await Promise.all(Array.from({ length: 10 }, () => authenticator.renew(refused)));
    expect(auth).toHaveBeenCalledTimes(2);
    expect(auth).toHaveBeenLastCalledWith({ reason: 'unauthorized' });
    for (const each of all) expect(new Headers(each).get('authorization')).toBe('Bearer token-2');
  });

  it('are not renewed for a request that was refused with those before', async () => {
    let given = 0;
    const authenticator = new Authenticator(() => `token-${++given}`);
    const old = authenticator.get();
    await old;
    const fresh = await authenticator.renew(old);
    expect(await authenticator.renew(old)).toBe(fresh);
    expect(given).toBe(2);
  });

  it('cannot be renewed where they are a fixed token', async () => {
    const authenticator = new Authenticator('fixed');
    expect(await authenticator.renew(authenticator.get())).toBeUndefined();
  });

  it('may be any headers', async () => {
    const authenticator = new Authenticator({ headers: ({ reason }) => ({ 'x-api-key': `key-${reason}` }) });
    expect([...new Headers(await authenticator.get())]).toEqual([['x-api-key', 'key-start']]);
  });

  it('are asked for anew after the application failed to give them', async () => {
    let asked = 0;
    const cause = new Error('token service down');
    const authenticator = new Authenticator(() => {
      asked += 1;
      if (asked === 1) throw cause;
      return 'token';
    });
    expect(await rejection(authenticator.get())).toMatchObject({ name: 'AuthenticationError', cause });
    expect(new Headers(await authenticator.get()).get('authorization')).toBe('Bearer token');
  });
});
