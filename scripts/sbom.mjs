// pkg/sbom.cdx.json: what the package consists of, as a bill of materials in CycloneDX 1.6. The package has no npm dependencies, so
// these are the crates that the WebAssembly modules link (notices.mjs), with the checksums of Cargo.lock.
import { readFileSync } from 'node:fs'
import { at } from './lib.mjs'
import { linked } from './notices.mjs'

/** Checksums by `name version`. */
function checksums() {
  const lock = readFileSync(at('Cargo.lock'), 'utf8')
  return new Map(
    [...lock.matchAll(/^name = "(.*)"\nversion = "(.*)"\nsource = .*\nchecksum = "(.*)"$/gm)].map(
      ([, name, version, checksum]) => [`${name} ${version}`, checksum],
    ),
  )
}

/** The document. It has no date, so that equal sources have equal packages. */
export function sbom() {
  const { name, version, license, description } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  const sums = checksums()
  const self = `pkg:npm/${name}@${version}`
  const components = linked().map((one) => {
    const purl = `pkg:cargo/${one.name}@${one.version}`
    const sum = sums.get(`${one.name} ${one.version}`)
    return {
      type: 'library',
      'bom-ref': purl,
      name: one.name,
      version: one.version,
      ...(sum && { hashes: [{ alg: 'SHA-256', content: sum }] }),
      // Older crates write `/` for `OR`.
      licenses: [{ expression: one.license.replaceAll(/ ?\/ ?/g, ' OR ') }],
      purl,
    }
  })
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'library',
        'bom-ref': self,
        name,
        version,
        description,
        licenses: [{ license: { id: license } }],
        purl: self,
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map((one) => one['bom-ref']) }],
  }
  return `${JSON.stringify(document, null, 1)}\n`
}
