/** A fresh proof that it is the signed-in person who does something that matters. */
export { StepUp } from './step-up.tsx';
