/** The texts in Simplified Chinese. */
import type { Catalogue } from '../en/index.ts';
import acts from './acts.json' with { type: 'json' };
import demo from './demo.json' with { type: 'json' };
import reports from './reports.json' with { type: 'json' };
import weather from './weather.json' with { type: 'json' };

export const zhHans: Catalogue = { ...acts, ...demo, ...reports, ...weather };
