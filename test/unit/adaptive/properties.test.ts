import { describeAdaptive } from '../../support/adaptive-property.js';

// The same property runs in many more worlds in `npm run test:long`.
describeAdaptive(100, 20260101);
