// What a file says in words, line by line: all of a page, and comments, messages and names of code.
import ts from 'typescript'

/** Lines of a page, without addresses. */
export function proseOfPage(text) {
  return text.split('\n').map((said, index) => ({
    line: index + 1,
    said: said.replace(/https?:\/\/\S+|\]\([^)]*\)/g, ''),
  }))
}

/** Comments and strings of code. Of a test, of all strings only its names. */
export function proseOfTypeScript(text, isTest) {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true)
  const comments = new Map()
  const prose = []
  const say = (position, words) => {
    const first = source.getLineAndCharacterOfPosition(position).line + 1
    words.split('\n').forEach((said, index) => prose.push({ line: first + index, said }))
  }

  function visit(node) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ]
    for (const { pos, end } of ranges) comments.set(pos, end)
    if (isText(node) && !isSpecifier(node) && (!isTest || isName(node)))
      say(node.getStart(source), node.text)
    // Also the tokens, because a comment may stand before a bracket.
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  for (const [pos, end] of comments) say(pos, text.slice(pos, end))
  return prose
}

/** The words of a name: `isStillLive` says "is Still Live", and `log-page.ts` says "log page ts". */
export const wordsOf = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_./]/g, ' ')

/** The names of code, as words, each at the line where it stands first. */
export function namesOfTypeScript(text) {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true)
  const names = new Map()
  function visit(node) {
    if (ts.isIdentifier(node) && !names.has(node.text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      names.set(node.text, { line: line + 1, said: `${node.text}: ${wordsOf(node.text)}` })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...names.values()]
}

const isText = (node) =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)

const isSpecifier = ({ parent }) =>
  ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent)

/** Whether a string is the first argument of `it(…)`, `describe.each(…)(…)` and the like. */
function isName(node) {
  const { parent } = node
  return (
    ts.isCallExpression(parent) &&
    parent.arguments[0] === node &&
    /^(it|test|describe)\b/.test(parent.expression.getText())
  )
}
