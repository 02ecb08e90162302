/**
 * Domains below which sites of different owners are. The full list (https://publicsuffix.org) is too
 * large to carry, so these are the second levels of countries, and hosts where applications often are.
 */
const underCountry = /^(?:ac|co|com|edu|gob|gov|net|ne|nom|or|org|sch)\.[a-z]{2}$/
const ofHosting =
  /^(?:azurewebsites\.net|fly\.dev|(?:github|gitlab)\.io|herokuapp\.com|netlify\.app|ngrok(?:-free)?\.app|ngrok\.io|onrender\.com|(?:pages|workers)\.dev|(?:up\.)?railway\.app|a\.run\.app|vercel\.app|web\.app|(?:cloudfront|azureedge)\.net|trycloudflare\.com|oryapis\.com)$/

/** Whether browsers refuse cookies for a whole domain, as far as it is known here. */
export function isPublicSuffix(domain: string): boolean {
  return !domain.includes('.') || underCountry.test(domain) || ofHosting.test(domain)
}
