/** Code that is loaded with the first call that needs it. */
import { imported } from '../../common/imported.js'
import type { FindCode, LaterCode } from '../../common/later.js'

const files: { readonly [K in keyof LaterCode]: () => Promise<LaterCode[K]> } = {
  zod: () => imported('schema/zod', import('../../schema/zod.js')),
  zod3: () => imported('schema/zod3', import('../../schema/zod3.js')),
  zodRefusals: () => imported('schema/zod-refusals', import('../../schema/zod-refusals.js')),
  valibot: () => imported('schema/valibot', import('../../schema/valibot.js')),
  arktype: () => imported('schema/arktype', import('../../schema/arktype.js')),
  fields: () => imported('common/request-fields', import('../../common/request-fields.js')),
  media: () => imported('common/media-data', import('../../common/media-data.js')),
}

export const codeLater: FindCode = (name) => files[name]()
