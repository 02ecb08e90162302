/**
 * The error of a revocation that other processes cannot hear of yet. It has no cause: a client's error
 * can hold keys and values.
 */
export function storeUnavailable(): Error & { readonly code: 'store_unavailable' } {
  return Object.assign(
    new Error(
      'The store did not take the revocation: it is done in this process and is being retried for the others',
    ),
    { code: 'store_unavailable' as const },
  )
}
