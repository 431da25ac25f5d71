import { describeWaiting } from '../../support/wait-properties.js';

// The same properties run in many more worlds in `npm run test:long`.
describeWaiting(200, 20260101);
