// app.js -- every page's script: each module finds its own work by data attributes (doc/markup.md) and does nothing where there is none.
import * as autosave from './autosave.js';
import * as chips from './chips.js';
import * as context from './context.js';
import * as count from './count.js';
import * as dates from './dates.js';
import * as keys from './keys.js';
import * as list from './list.js';
import * as menu from './menu.js';
import * as offline from './offline.js';
import * as picker from './picker.js';
import * as progress from './progress.js';
import * as rows from './rows.js';

for (const module of [offline, menu, keys, dates, chips, picker, rows, count, context, autosave, list, progress]) module.start();
