import { A2AClient } from 'a2a-await';

import redis = require('a2a-await/redis');
import signatures = require('a2a-await/signatures');
import testing = require('a2a-await/testing');
import listening = require('a2a-await/testing/node');
import webhook = require('a2a-await/webhook');
import jwks = require('a2a-await/webhook/jwks');
import handler = require('a2a-await/webhook/node');

export const client = new A2AClient('https://agent.example');
export const used: ((...args: never[]) => unknown)[] = [
  ...[redis.redisWebhookStore, signatures.verifyAgentCard, testing.createReferenceServer, listening.listen],
  ...[webhook.createWebhookReceiver, jwks.jwks, handler.toNodeHandler],
];

// @ts-expect-error: no url
new A2AClient();
