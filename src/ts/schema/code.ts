/** All code that browsers load later, at once: for loaders that have every file. */
import type { FindCode, LaterCode } from '../common/later.js'
import { withData } from '../common/media-data.js'
import * as fields from '../common/request-fields.js'
import * as arktype from './arktype.js'
import * as valibot from './valibot.js'
import * as zod from './zod.js'
import * as zodRefusals from './zod-refusals.js'
import * as zod3 from './zod3.js'

const all: LaterCode = { zod, zod3, zodRefusals, valibot, arktype, fields, media: { withData } }

export const codeAtOnce: FindCode = (name) => all[name]
