/** A piece of a page. What was put into it as text has been escaped. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | readonly Html[] | undefined

/** Makes HTML of a template: text is escaped, pieces of HTML are put in as they are. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.map((text, index) => `${text}${write(parts[index])}`).join('') }
}

function write(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') {
    return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  }
  return 'markup' in part ? part.markup : part.map(write).join('')
}
