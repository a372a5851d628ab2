// The words of the page, Japanese first.
const WORDS = {
  title: ["Tasuki サンドボックス", "Tasuki sandbox"],
  subtitle: ["電話・チャット・メール・CRM の代わりを、この 1 台が務めます", "One machine that stands in for telephone, chat, mail and CRM"],
  sound_on: ["🔔 音：入", "🔔 Sound on"], sound_off: ["🔕 音：切", "🔕 Sound off"], language: ["English", "日本語"],
  reset: ["すべて消す", "Clear all"], reset_sure: ["受け取ったものと障害の設定をすべて消しますか？", "Clear everything received, and all faults?"],
  connected: ["接続中", "Live"], lost: ["接続が切れました。つなぎ直しています…", "Connection lost, trying again…"],
  phone: ["電話", "Telephone"], history: ["通話の履歴", "Call history"], no_call: ["いま鳴っている電話はありません", "No telephone is ringing"],
  no_history: ["まだ通話はありません", "No calls yet"], calling: ["呼び出し中", "Ringing"], talking: ["通話中", "Talking"], dialling: ["発信中", "Dialling"],
  answer: ["応答", "Answer"], hang_up: ["切る", "Hang up"], decline: ["拒否（話し中）", "Decline"],
  nobody: ["留守番電話に向かって話しています。番号は押されません。", "It is talking to an answering machine; nobody will press a key."],
  all_keys: ["ほかの番号", "All keys"], listening: ["番号を押してください", "Waiting for a key"],
  speaking: ["案内が流れています", "The prompt is playing"], before: ["応答すると案内が読み上げられます", "The prompt is read out once you answer"],
  banner: ["に電話が鳴っています", "is ringing"], pressed: ["押した番号", "pressed"], from: ["発信元", "from"], log: ["経過", "Log"],
  completed: ["終了", "completed"], busy: ["話し中", "busy"], "no-answer": ["応答なし", "no answer"], failed: ["不達", "failed"], canceled: ["取り消し", "canceled"],
  machine: ["留守番電話", "voicemail"], queued: ["発信待ち", "queued"], ringing: ["呼び出し中", "ringing"], "in-progress": ["通話中", "in progress"],
  chat: ["チャット", "Chat"], no_chat: ["まだ投稿はありません", "No messages yet"], edited: ["（編集済み）", "(edited)"], by: ["が押しました", "pressed it"],
  mail: ["メール", "Mail"], email: ["メール", "Mail"], no_mail: ["まだメールはありません", "No mail yet"], to: ["宛先", "To"], as_text: ["テキスト", "Text"], as_html: ["HTML", "HTML"], headers: ["ヘッダー", "Headers"],
  crm: ["CRM（チケット）", "CRM (tickets)"], no_ticket: ["まだチケットはありません", "No tickets yet"], submit: ["CRM からエスカレーションする", "Escalate from the CRM"],
  public: ["公開返信", "public reply"], internal: ["社内メモ", "internal note"],
  new: ["新規", "new"], open: ["オープン", "open"], pending: ["保留中", "pending"], hold: ["待機中", "on hold"], solved: ["解決済み", "solved"], closed: ["終了", "closed"],
  f_title: ["件名", "Subject"], f_priority: ["優先度", "Priority"], f_impact: ["影響範囲", "Impact"], f_ticket: ["チケット番号", "Ticket"], f_org: ["組織", "Organisation"],
  f_tags: ["タグ", "Tags"], f_comment: ["最新のコメント", "Latest comment"], p_urgent: ["緊急", "Urgent"], p_high: ["高", "High"], p_normal: ["中", "Normal"], p_low: ["低", "Low"],
  i_all: ["全体", "Everyone"], i_some: ["一部", "Some"], i_one: ["個別", "One"], forge: ["署名を壊す・再送する", "Break the signature, send again"],
  f_signature: ["署名", "Signature"], s_right: ["正しい", "right"], s_wrong: ["誤り", "wrong"], s_missing: ["なし", "missing"], f_age: ["時刻のずれ（秒）", "Age (seconds)"],
  replay: ["同じものを再送", "Replay the last"], send: ["エスカレーションを送る", "Send the escalation"], alert: ["監視アラートを送る", "Send a monitor alert"],
  sending: ["送信中…", "Sending…"], unreachable: ["届きませんでした", "could not be reached"],
  faults: ["障害を起こす", "Make trouble"], faults_hint: ["通信事業者やサービスの不調を再現します。", "Plays providers that are in trouble."],
  f_channel: ["経路", "Channel"], f_kind: ["種類", "Kind"], f_count: ["回数", "Times"], f_to: ["宛先（一部でも可）", "Recipient (or part)"], f_seconds: ["秒", "Seconds"],
  c_1: ["1 回", "once"], c_3: ["3 回", "3 times"], c_inf: ["消すまで", "until cleared"], set: ["設定", "Set"], everybody: ["全員", "everybody"], left: ["残り", "left"],
  clear: ["解除", "Clear"], ticket: ["チケット", "Ticket"], voicemail: ["留守番電話が出る", "voicemail answers"], slow: ["遅い", "slow"], down: ["停止（接続不可）", "down"],
  "timeout-after-accept": ["受理後に応答なし", "accepted, no answer"], "429": ["429 回数制限", "429 too many"], "500": ["500 内部エラー", "500 error"],
  "451": ["451 一時拒否", "451 try later"], "550": ["550 宛先なし", "550 no such user"],
  habits: ["電話の自動応答", "What telephones do by themselves"], f_number: ["電話番号", "Number"], allnumbers: ["すべて", "all"], f_habit: ["ふるまい", "Habit"], f_after: ["何秒後", "After (s)"],
  h_ring: ["鳴り続ける", "ring on"], h_ack: ["出て 1 を押す", "answer, press 1"], h_pass: ["出て 2 を押す", "answer, press 2"], h_silent: ["出て黙っている", "answer, say nothing"], h_decline: ["拒否する", "decline"],
};

let english = localStorage.getItem("language") === "en";

export const word = (name) => (WORDS[name] ? WORDS[name][english ? 1 : 0] : name);
export const locale = () => (english ? "en-GB" : "ja-JP");

export function speak(other) {
  if (other) {
    english = !english;
    localStorage.setItem("language", english ? "en" : "ja");
  }
  document.documentElement.lang = english ? "en" : "ja";
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-w]")) node.textContent = word(node.dataset.w);
  for (const node of document.querySelectorAll("[data-p]")) node.placeholder = word(node.dataset.p);
  document.getElementById("language").textContent = word("language");
}
