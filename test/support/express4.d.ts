// The alias of Express 4 brings no types; those of Express 5 cover what the tests use.
declare module 'express4' {
  import express from 'express'
  export default express
}
