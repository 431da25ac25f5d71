import { describe, expect, it } from 'vitest';
import { isLoopback, isPrivate, isUnspecified, sameOrigin } from '../../../src/transport/origin.js';

const url = (host: string) => new URL(`http://${host}/`);

describe('the machine itself', () => {
  it.each([
    'localhost',
    'localhost:8000',
    'agent.localhost',
    '127.0.0.1',
    '127.8.9.10',
    '127.1',
    '0x7f.0.0.1',
    '[::1]',
    '2130706433',
    'LOCALHOST',
  ])('is %s', host => {
    expect(isLoopback(url(host))).toBe(true);
  });

  it.each([
    'localhost.example',
    'notlocalhost',
    '128.0.0.1',
    '[::2]',
    '[::ffff:128.0.0.1]',
    '10.0.0.1',
    '127.0.0.1.example',
    'example',
  ])('is not %s', host => {
    expect(isLoopback(url(host))).toBe(false);
  });

  it.each(['0.0.0.0', '[::]', '0'])('may be meant by %s, which no machine has', host => {
    expect(isUnspecified(url(host))).toBe(true);
  });
});

describe('a private address', () => {
  it.each([
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.127.255.255',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[febf::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:169.254.169.254]',
    '[::ffff:192.168.0.1]',
    '[::ffff:a00:1]',
    '[::ffff:127.0.0.1]',
    '0xa.0.0.1',
    '167772161',
    '012.0.0.1',
  ])('is %s', host => {
    expect(isPrivate(url(host))).toBe(true);
  });

  it.each([
    '9.255.255.255',
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '169.253.1.1',
    '100.63.0.1',
    '100.128.0.1',
    '8.8.8.8',
    '[2001:db8::1]',
    '[ff02::1]',
    'example.com',
    '10.example.com',
    'fd00.example',
  ])('is not %s', host => {
    expect(isPrivate(url(host))).toBe(false);
  });
});

describe('one origin', () => {
  it.each([
    ['https://a.example/x', 'https://a.example/y?z'],
    ['https://a.example', 'https://a.example:443'],
    ['https://A.example', 'https://a.example'],
    ['http://localhost:8000', 'http://127.0.0.1:8000'],
    ['http://localhost:8000', 'http://[::1]:8000'],
  ])('are %s and %s', (one, other) => {
    expect(sameOrigin(new URL(one), new URL(other))).toBe(true);
  });

  it.each([
    ['https://a.example', 'http://a.example'],
    ['https://a.example', 'https://b.example'],
    ['https://a.example', 'https://a.example:8443'],
    ['https://a.example', 'https://a.example.evil.test'],
    ['http://localhost:8000', 'http://127.0.0.1:8001'],
    ['http://localhost:8000', 'https://127.0.0.1:8000'],
    ['http://localhost', 'http://localhost.evil.test'],
    ['http://10.0.0.1', 'http://10.0.0.2'],
  ])('are not %s and %s', (one, other) => {
    expect(sameOrigin(new URL(one), new URL(other))).toBe(false);
  });
});
