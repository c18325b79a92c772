/** The suggested codes of signed notes, judged beside the words they rest on. */
export { ClaimsToBill, CodingHome } from './coding-home.tsx';
export { CodingScreen } from './coding-screen.tsx';
