// Made by `make contracts` from openapi/intake.json; a test keeps it true.
import { Transport } from "./transport.js";
export { Refused, Transport } from "./transport.js";
export class Tasuki extends Transport {
  addAbsence(body, query, headers) {
    return this.ask("POST", `/v1/absences`, query, body, "application/json", headers);
  }
  absences(query, headers) {
    return this.ask("GET", `/v1/absences`, query, undefined, "", headers);
  }
  importAbsences(body, query, headers) {
    return this.ask("POST", `/v1/absences/import`, query, body, "text/calendar", headers);
  }
  absence(id, query, headers) {
    return this.ask("GET", `/v1/absences/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  cancelAbsence(id, query, headers) {
    return this.ask("DELETE", `/v1/absences/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  record(case_id, query, headers) {
    return this.ask("GET", `/v1/archive/${encodeURIComponent(case_id)}`, query, undefined, "", headers);
  }
  listedArticles(query, headers) {
    return this.ask("GET", `/v1/articles`, query, undefined, "", headers);
  }
  writeNew(body, query, headers) {
    return this.ask("POST", `/v1/articles`, query, body, "application/json", headers);
  }
  draft(body, query, headers) {
    return this.ask("POST", `/v1/articles/drafts`, query, body, "application/json", headers);
  }
  due(query, headers) {
    return this.ask("GET", `/v1/articles/due`, query, undefined, "", headers);
  }
  readArticles(id, query, headers) {
    return this.ask("GET", `/v1/articles/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  write(id, body, query, headers) {
    return this.ask("PUT", `/v1/articles/${encodeURIComponent(id)}`, query, body, "application/json", headers);
  }
  comment(id, body, query, headers) {
    return this.ask("POST", `/v1/articles/${encodeURIComponent(id)}/comments`, query, body, "application/json", headers);
  }
  feedback(id, body, query, headers) {
    return this.ask("POST", `/v1/articles/${encodeURIComponent(id)}/feedback`, query, body, "application/json", headers);
  }
  attachFileToArticle(id, body, query, headers) {
    return this.ask("POST", `/v1/articles/${encodeURIComponent(id)}/files`, query, body, "application/octet-stream", headers, true);
  }
  openFileOfArticle(id, file, query, headers) {
    return this.ask("GET", `/v1/articles/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`, query, undefined, "", headers);
  }
  markFile(id, file, body, query, headers) {
    return this.ask("PUT", `/v1/articles/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`, query, body, "application/json", headers);
  }
  detachFile(id, file, query, headers) {
    return this.ask("DELETE", `/v1/articles/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`, query, undefined, "", headers);
  }
  merge(id, body, query, headers) {
    return this.ask("POST", `/v1/articles/${encodeURIComponent(id)}/merge`, query, body, "application/json", headers);
  }
  version(id, version, query, headers) {
    return this.ask("GET", `/v1/articles/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}`, query, undefined, "", headers);
  }
  act(id, verb, body, query, headers) {
    return this.ask("POST", `/v1/articles/${encodeURIComponent(id)}/${encodeURIComponent(verb)}`, query, body, "application/json", headers);
  }
  readAudit(query, headers) {
    return this.ask("GET", `/v1/audit`, query, undefined, "", headers);
  }
  readCheckpoints(query, headers) {
    return this.ask("GET", `/v1/audit/checkpoints`, query, undefined, "", headers);
  }
  bundling(query, headers) {
    return this.ask("GET", `/v1/bundling`, query, undefined, "", headers);
  }
  changeBundling(body, query, headers) {
    return this.ask("PUT", `/v1/bundling`, query, body, "application/json", headers);
  }
  submitCase(body, query, headers) {
    return this.ask("POST", `/v1/cases`, query, body, "application/json", headers, true);
  }
  listCases(query, headers) {
    return this.ask("GET", `/v1/cases`, query, undefined, "", headers);
  }
  importCases(body, query, headers) {
    return this.ask("POST", `/v1/cases/import`, query, body, "application/x-ndjson", headers);
  }
  readCase(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}`, query, undefined, "", headers);
  }
  acknowledgeCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/acknowledge`, query, body, "application/json", headers, true);
  }
  readAsked(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/asked`, query, undefined, "", headers);
  }
  readAttachments(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/attachments`, query, undefined, "", headers);
  }
  attachFile(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/attachments`, query, body, "application/octet-stream", headers, true);
  }
  openAttachment(case_id, attachment, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/attachments/${encodeURIComponent(attachment)}`, query, undefined, "", headers);
  }
  removeAttachment(case_id, attachment, query, headers) {
    return this.ask("DELETE", `/v1/cases/${encodeURIComponent(case_id)}/attachments/${encodeURIComponent(attachment)}`, query, undefined, "", headers);
  }
  explainDeadlines(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/deadlines`, query, undefined, "", headers);
  }
  declineCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/decline`, query, body, "application/json", headers, true);
  }
  extendCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/extend`, query, body, "application/json", headers, true);
  }
  feedbackCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/feedback`, query, body, "application/json", headers, true);
  }
  followersCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/followers`, query, body, "application/json", headers, true);
  }
  linkCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/link`, query, body, "application/json", headers, true);
  }
  notesCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/notes`, query, body, "application/json", headers, true);
  }
  deliveries(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/notifications`, query, undefined, "", headers);
  }
  offerCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/offer`, query, body, "application/json", headers, true);
  }
  readOriginal(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/original`, query, undefined, "", headers);
  }
  erasePersonal(case_id, query, headers) {
    return this.ask("DELETE", `/v1/cases/${encodeURIComponent(case_id)}/personal`, query, undefined, "", headers);
  }
  readPrecedents(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/precedents`, query, undefined, "", headers);
  }
  reassessCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/reassess`, query, body, "application/json", headers, true);
  }
  reassignCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/reassign`, query, body, "application/json", headers, true);
  }
  readRelated(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/related`, query, undefined, "", headers);
  }
  relateCases(case_id, other, query, headers) {
    return this.ask("PUT", `/v1/cases/${encodeURIComponent(case_id)}/related/${encodeURIComponent(other)}`, query, undefined, "", headers);
  }
  unrelateCases(case_id, other, query, headers) {
    return this.ask("DELETE", `/v1/cases/${encodeURIComponent(case_id)}/related/${encodeURIComponent(other)}`, query, undefined, "", headers);
  }
  reopenCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/reopen`, query, body, "application/json", headers, true);
  }
  repliesCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/replies`, query, body, "application/json", headers, true);
  }
  readReporter(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/reporter`, query, undefined, "", headers);
  }
  resolveCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/resolve`, query, body, "application/json", headers, true);
  }
  resumeCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/resume`, query, body, "application/json", headers, true);
  }
  similar(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/similar`, query, undefined, "", headers);
  }
  splitCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/split`, query, body, "application/json", headers, true);
  }
  startCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/start`, query, body, "application/json", headers, true);
  }
  readSteps(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/steps`, query, undefined, "", headers);
  }
  addSteps(case_id, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/steps`, query, undefined, "", headers, true);
  }
  removeStep(case_id, step, query, headers) {
    return this.ask("DELETE", `/v1/cases/${encodeURIComponent(case_id)}/steps/${encodeURIComponent(step)}`, query, undefined, "", headers);
  }
  tickStep(case_id, step, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/steps/${encodeURIComponent(step)}/done`, query, undefined, "", headers, true);
  }
  untickStep(case_id, step, query, headers) {
    return this.ask("DELETE", `/v1/cases/${encodeURIComponent(case_id)}/steps/${encodeURIComponent(step)}/done`, query, undefined, "", headers);
  }
  readTimeline(case_id, query, headers) {
    return this.ask("GET", `/v1/cases/${encodeURIComponent(case_id)}/timeline`, query, undefined, "", headers);
  }
  unacknowledgeCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/unacknowledge`, query, body, "application/json", headers, true);
  }
  waitCase(case_id, body, query, headers) {
    return this.ask("POST", `/v1/cases/${encodeURIComponent(case_id)}/wait`, query, body, "application/json", headers, true);
  }
  channels(query, headers) {
    return this.ask("GET", `/v1/channels`, query, undefined, "", headers);
  }
  submitFromChat(chat, query, headers) {
    return this.ask("POST", `/v1/chats/${encodeURIComponent(chat)}/reports`, query, undefined, "", headers);
  }
  everybody(query, headers) {
    return this.ask("GET", `/v1/contacts`, query, undefined, "", headers);
  }
  replaceContacts(body, query, headers) {
    return this.ask("PUT", `/v1/contacts`, query, body, "application/json", headers);
  }
  tableContactsCsv(query, headers) {
    return this.ask("GET", `/v1/contacts.csv`, query, undefined, "", headers);
  }
  importTable(body, query, headers) {
    return this.ask("POST", `/v1/contacts.csv`, query, body, "text/csv", headers);
  }
  printed(query, headers) {
    return this.ask("GET", `/v1/contacts.html`, query, undefined, "", headers);
  }
  onePerson(person, query, headers) {
    return this.ask("GET", `/v1/contacts/${encodeURIComponent(person)}`, query, undefined, "", headers);
  }
  addAddress(person, body, query, headers) {
    return this.ask("POST", `/v1/contacts/${encodeURIComponent(person)}/addresses`, query, body, "application/json", headers);
  }
  removeAddress(person, address, query, headers) {
    return this.ask("DELETE", `/v1/contacts/${encodeURIComponent(person)}/addresses/${encodeURIComponent(address)}`, query, undefined, "", headers);
  }
  sendCode(person, address, body, query, headers) {
    return this.ask("POST", `/v1/contacts/${encodeURIComponent(person)}/addresses/${encodeURIComponent(address)}/code`, query, body, "application/json", headers);
  }
  tryAddress(person, address, body, query, headers) {
    return this.ask("POST", `/v1/contacts/${encodeURIComponent(person)}/addresses/${encodeURIComponent(address)}/test`, query, body, "application/json", headers);
  }
  verifyAddress(person, address, body, query, headers) {
    return this.ask("POST", `/v1/contacts/${encodeURIComponent(person)}/addresses/${encodeURIComponent(address)}/verify`, query, body, "application/json", headers);
  }
  deviceLink(person, query, headers) {
    return this.ask("POST", `/v1/contacts/${encodeURIComponent(person)}/device-link`, query, undefined, "", headers);
  }
  changeQuietHours(person, body, query, headers) {
    return this.ask("PUT", `/v1/contacts/${encodeURIComponent(person)}/do-not-disturb`, query, body, "application/json", headers);
  }
  changeRules(person, body, query, headers) {
    return this.ask("PUT", `/v1/contacts/${encodeURIComponent(person)}/rules`, query, body, "application/json", headers);
  }
  outcome(person, id, query, headers) {
    return this.ask("GET", `/v1/contacts/${encodeURIComponent(person)}/tests/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  deflected(body, query, headers) {
    return this.ask("POST", `/v1/deflections`, query, body, "application/json", headers);
  }
  listDrills(query, headers) {
    return this.ask("GET", `/v1/drills`, query, undefined, "", headers);
  }
  planDrill(body, query, headers) {
    return this.ask("POST", `/v1/drills`, query, body, "application/json", headers, true);
  }
  readDrill(id, query, headers) {
    return this.ask("GET", `/v1/drills/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  stopDrill(id, query, headers) {
    return this.ask("POST", `/v1/drills/${encodeURIComponent(id)}/stop`, query, undefined, "", headers);
  }
  export(format, query, headers) {
    return this.ask("GET", `/v1/exports/${encodeURIComponent(format)}`, query, undefined, "", headers);
  }
  readFigures(query, headers) {
    return this.ask("GET", `/v1/figures`, query, undefined, "", headers);
  }
  tableFiguresCsv(query, headers) {
    return this.ask("GET", `/v1/figures.csv`, query, undefined, "", headers);
  }
  helped(query, headers) {
    return this.ask("GET", `/v1/figures/articles`, query, undefined, "", headers);
  }
  helpedTable(query, headers) {
    return this.ask("GET", `/v1/figures/articles.csv`, query, undefined, "", headers);
  }
  listGrants(query, headers) {
    return this.ask("GET", `/v1/grants`, query, undefined, "", headers);
  }
  setGrants(person, body, query, headers) {
    return this.ask("PUT", `/v1/grants/${encodeURIComponent(person)}`, query, body, "application/json", headers);
  }
  begin(body, query, headers) {
    return this.ask("POST", `/v1/imports`, query, body, "application/json", headers);
  }
  progress(id, query, headers) {
    return this.ask("GET", `/v1/imports/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  apply(id, body, query, headers) {
    return this.ask("POST", `/v1/imports/${encodeURIComponent(id)}/apply`, query, body, "application/json", headers);
  }
  part(id, number, query, headers) {
    return this.ask("PUT", `/v1/imports/${encodeURIComponent(id)}/parts/${encodeURIComponent(number)}`, query, undefined, "", headers);
  }
  start(id, query, headers) {
    return this.ask("POST", `/v1/imports/${encodeURIComponent(id)}/start`, query, undefined, "", headers);
  }
  reviewLearning(query, headers) {
    return this.ask("GET", `/v1/learning`, query, undefined, "", headers);
  }
  accept(id, body, query, headers) {
    return this.ask("POST", `/v1/learning/${encodeURIComponent(id)}/accept`, query, body, "application/json", headers);
  }
  dismiss(id, body, query, headers) {
    return this.ask("POST", `/v1/learning/${encodeURIComponent(id)}/dismiss`, query, body, "application/json", headers);
  }
  listedMaintenance(query, headers) {
    return this.ask("GET", `/v1/maintenance`, query, undefined, "", headers);
  }
  plan(body, query, headers) {
    return this.ask("POST", `/v1/maintenance`, query, body, "application/json", headers);
  }
  end(id, query, headers) {
    return this.ask("DELETE", `/v1/maintenance/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  onDuty(query, headers) {
    return this.ask("GET", `/v1/on-duty`, query, undefined, "", headers);
  }
  readOperations(query, headers) {
    return this.ask("GET", `/v1/operations`, query, undefined, "", headers);
  }
  listDeadLetters(query, headers) {
    return this.ask("GET", `/v1/operations/dead-letters`, query, undefined, "", headers);
  }
  replayDeadLetters(query, headers) {
    return this.ask("POST", `/v1/operations/dead-letters/replay`, query, undefined, "", headers);
  }
  readDeadLetter(place, query, headers) {
    return this.ask("GET", `/v1/operations/dead-letters/${encodeURIComponent(place)}`, query, undefined, "", headers);
  }
  dismissDeadLetter(place, query, headers) {
    return this.ask("POST", `/v1/operations/dead-letters/${encodeURIComponent(place)}/dismiss`, query, undefined, "", headers);
  }
  replayDeadLetter(place, query, headers) {
    return this.ask("POST", `/v1/operations/dead-letters/${encodeURIComponent(place)}/replay`, query, undefined, "", headers);
  }
  addOverride(body, query, headers) {
    return this.ask("POST", `/v1/overrides`, query, body, "application/json", headers);
  }
  overrides(query, headers) {
    return this.ask("GET", `/v1/overrides`, query, undefined, "", headers);
  }
  override(id, query, headers) {
    return this.ask("GET", `/v1/overrides/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  cancelOverride(id, query, headers) {
    return this.ask("DELETE", `/v1/overrides/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  shiftsOfPerson(person, query, headers) {
    return this.ask("GET", `/v1/people/${encodeURIComponent(person)}/shifts`, query, undefined, "", headers);
  }
  calendarOfPerson(person, query, headers) {
    return this.ask("GET", `/v1/people/${encodeURIComponent(person)}/shifts.ics`, query, undefined, "", headers);
  }
  findCases(query, headers) {
    return this.ask("POST", `/v1/personal/search`, query, undefined, "", headers);
  }
  policyInForce(query, headers) {
    return this.ask("GET", `/v1/policy`, query, undefined, "", headers);
  }
  publishPolicy(body, query, headers) {
    return this.ask("PUT", `/v1/policy`, query, body, "application/json", headers);
  }
  policyDiff(query, headers) {
    return this.ask("GET", `/v1/policy/diff`, query, undefined, "", headers);
  }
  draftDiff(body, query, headers) {
    return this.ask("POST", `/v1/policy/diff`, query, body, "application/json", headers);
  }
  lintPolicy(body, query, headers) {
    return this.ask("POST", `/v1/policy/lint`, query, body, "application/json", headers);
  }
  replay(body, query, headers) {
    return this.ask("POST", `/v1/policy/replay`, query, body, "application/json", headers);
  }
  reviewPolicyReview(query, headers) {
    return this.ask("GET", `/v1/policy/review`, query, undefined, "", headers);
  }
  rollBack(body, query, headers) {
    return this.ask("POST", `/v1/policy/rollback`, query, body, "application/json", headers);
  }
  policyVersions(query, headers) {
    return this.ask("GET", `/v1/policy/versions`, query, undefined, "", headers);
  }
  policyVersion(number, query, headers) {
    return this.ask("GET", `/v1/policy/versions/${encodeURIComponent(number)}`, query, undefined, "", headers);
  }
  presence(person, query, headers) {
    return this.ask("GET", `/v1/presence/${encodeURIComponent(person)}`, query, undefined, "", headers);
  }
  sayPresence(person, body, query, headers) {
    return this.ask("PUT", `/v1/presence/${encodeURIComponent(person)}`, query, body, "application/json", headers);
  }
  readQuarantine(query, headers) {
    return this.ask("GET", `/v1/quarantine`, query, undefined, "", headers);
  }
  discardQuarantined(id, query, headers) {
    return this.ask("DELETE", `/v1/quarantine/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  replayQuarantined(id, query, headers) {
    return this.ask("POST", `/v1/quarantine/${encodeURIComponent(id)}/replay`, query, undefined, "", headers);
  }
  ofRecipient(recipient, query, headers) {
    return this.ask("GET", `/v1/recipients/${encodeURIComponent(recipient)}/notifications`, query, undefined, "", headers);
  }
  readReview(query, headers) {
    return this.ask("GET", `/v1/review`, query, undefined, "", headers);
  }
  listReviewedCases(query, headers) {
    return this.ask("GET", `/v1/review/cases`, query, undefined, "", headers);
  }
  schedules(query, headers) {
    return this.ask("GET", `/v1/schedules`, query, undefined, "", headers);
  }
  allGaps(query, headers) {
    return this.ask("GET", `/v1/schedules/gaps`, query, undefined, "", headers);
  }
  load(query, headers) {
    return this.ask("GET", `/v1/schedules/load`, query, undefined, "", headers);
  }
  layersOfSchedule(id, query, headers) {
    return this.ask("GET", `/v1/schedules/${encodeURIComponent(id)}/layers`, query, undefined, "", headers);
  }
  shiftsOfSchedule(id, query, headers) {
    return this.ask("GET", `/v1/schedules/${encodeURIComponent(id)}/shifts`, query, undefined, "", headers);
  }
  calendarOfSchedule(id, query, headers) {
    return this.ask("GET", `/v1/schedules/${encodeURIComponent(id)}/shifts.ics`, query, undefined, "", headers);
  }
  search(query, headers) {
    return this.ask("GET", `/v1/search`, query, undefined, "", headers);
  }
  searchLong(body, query, headers) {
    return this.ask("POST", `/v1/search`, query, body, "application/json", headers);
  }
  opened(id, body, query, headers) {
    return this.ask("POST", `/v1/searches/${encodeURIComponent(id)}/clicks`, query, body, "application/json", headers);
  }
  listSenders(query, headers) {
    return this.ask("GET", `/v1/senders`, query, undefined, "", headers);
  }
  listSessions(query, headers) {
    return this.ask("GET", `/v1/sessions`, query, undefined, "", headers);
  }
  endSession(id, query, headers) {
    return this.ask("DELETE", `/v1/sessions/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  whatIf(body, query, headers) {
    return this.ask("POST", `/v1/simulate`, query, body, "application/json", headers);
  }
  weekOf(body, query, headers) {
    return this.ask("POST", `/v1/simulate/week`, query, body, "application/json", headers);
  }
  weekByLink(query, headers) {
    return this.ask("GET", `/v1/simulate/week`, query, undefined, "", headers);
  }
  listSources(query, headers) {
    return this.ask("GET", `/v1/sources`, query, undefined, "", headers);
  }
  createSource(body, query, headers) {
    return this.ask("POST", `/v1/sources`, query, body, "application/json", headers);
  }
  readSource(id, query, headers) {
    return this.ask("GET", `/v1/sources/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  changeSource(id, body, query, headers) {
    return this.ask("PATCH", `/v1/sources/${encodeURIComponent(id)}`, query, body, "application/json", headers);
  }
  disableSource(id, query, headers) {
    return this.ask("DELETE", `/v1/sources/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  listDeliveries(id, query, headers) {
    return this.ask("GET", `/v1/sources/${encodeURIComponent(id)}/deliveries`, query, undefined, "", headers);
  }
  rotateSecret(id, body, query, headers) {
    return this.ask("POST", `/v1/sources/${encodeURIComponent(id)}/secrets`, query, body, "application/json", headers);
  }
  endSecret(id, secret, query, headers) {
    return this.ask("DELETE", `/v1/sources/${encodeURIComponent(id)}/secrets/${encodeURIComponent(secret)}`, query, undefined, "", headers);
  }
  testSource(id, query, headers) {
    return this.ask("POST", `/v1/sources/${encodeURIComponent(id)}/test`, query, undefined, "", headers);
  }
  trySource(id, body, query, headers) {
    return this.ask("POST", `/v1/sources/${encodeURIComponent(id)}/try`, query, body, "application/json", headers);
  }
  listSubscriptions(query, headers) {
    return this.ask("GET", `/v1/subscriptions`, query, undefined, "", headers);
  }
  createSubscription(body, query, headers) {
    return this.ask("POST", `/v1/subscriptions`, query, body, "application/json", headers);
  }
  readSubscription(id, query, headers) {
    return this.ask("GET", `/v1/subscriptions/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  changeSubscription(id, body, query, headers) {
    return this.ask("PATCH", `/v1/subscriptions/${encodeURIComponent(id)}`, query, body, "application/json", headers);
  }
  deleteSubscription(id, query, headers) {
    return this.ask("DELETE", `/v1/subscriptions/${encodeURIComponent(id)}`, query, undefined, "", headers);
  }
  listPushes(id, query, headers) {
    return this.ask("GET", `/v1/subscriptions/${encodeURIComponent(id)}/deliveries`, query, undefined, "", headers);
  }
  rotateSubscriptionSecret(id, body, query, headers) {
    return this.ask("POST", `/v1/subscriptions/${encodeURIComponent(id)}/secrets`, query, body, "application/json", headers);
  }
  testSubscription(id, query, headers) {
    return this.ask("POST", `/v1/subscriptions/${encodeURIComponent(id)}/test`, query, undefined, "", headers);
  }
  suggest(query, headers) {
    return this.ask("GET", `/v1/suggest`, query, undefined, "", headers);
  }
  offerSwap(body, query, headers) {
    return this.ask("POST", `/v1/swaps`, query, body, "application/json", headers);
  }
  swaps(query, headers) {
    return this.ask("GET", `/v1/swaps`, query, undefined, "", headers);
  }
  answerSwap(id, answer, body, query, headers) {
    return this.ask("POST", `/v1/swaps/${encodeURIComponent(id)}/${encodeURIComponent(answer)}`, query, body, "application/json", headers);
  }
  allTexts(query, headers) {
    return this.ask("GET", `/v1/texts`, query, undefined, "", headers);
  }
  oneText(language, name, query, headers) {
    return this.ask("GET", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}`, query, undefined, "", headers);
  }
  changeText(language, name, body, query, headers) {
    return this.ask("PUT", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}`, query, body, "application/json", headers);
  }
  resetText(language, name, query, headers) {
    return this.ask("DELETE", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}`, query, undefined, "", headers);
  }
  textHistory(language, name, query, headers) {
    return this.ask("GET", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/history`, query, undefined, "", headers);
  }
  previewText(language, name, body, query, headers) {
    return this.ask("POST", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/preview`, query, body, "application/json", headers);
  }
  rollBackText(language, name, body, query, headers) {
    return this.ask("POST", `/v1/texts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/rollback`, query, body, "application/json", headers);
  }
  listTokens(query, headers) {
    return this.ask("GET", `/v1/tokens`, query, undefined, "", headers);
  }
  createToken(body, query, headers) {
    return this.ask("POST", `/v1/tokens`, query, body, "application/json", headers);
  }
  revokeToken(token_id, query, headers) {
    return this.ask("DELETE", `/v1/tokens/${encodeURIComponent(token_id)}`, query, undefined, "", headers);
  }
  training(query, headers) {
    return this.ask("GET", `/v1/training`, query, undefined, "", headers);
  }
}
