//! What can happen to a chat session, and where that leads: one table, a row for each thing that happens, a column for
//! each status it may happen in.

use super::status::SessionStatus::{self, *};

macro_rules! triggers {
    ($($(#[doc = $doc:literal])* $Name:ident = $words:literal,)*) => {
        /// What happens to a session.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Trigger {
            $($(#[doc = $doc])* $Name,)*
            /// Somebody sets the status outright ([`settable`] says where that is possible).
            Set(SessionStatus),
        }

        impl Trigger {
            /// Every trigger but [`Trigger::Set`].
            pub const ALL: [Self; 17] = [$(Self::$Name,)*];

            /// What happens, in words that follow "in this state the session cannot".
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$Name => $words,)*
                    Self::Set(_) => "take the status it is given",
                }
            }
        }
    };
}

triggers! {
    /// It begins, on a channel.
    Created = "begin",
    /// The visitor sends the form before the chat.
    PreChatSubmitted = "take a pre-chat form",
    /// The visitor says that the FAQ's answer helped.
    FaqHelped = "take a verdict on an answer of the FAQ",
    /// The visitor says that it did not.
    FaqNotHelped = "take a refusal of an answer of the FAQ",
    /// The FAQ has no answer.
    FaqUnanswered = "leave the FAQ",
    /// The visitor writes.
    VisitorMessage = "take a visitor's message",
    /// A bot writes.
    BotMessage = "take a bot's message",
    /// An agent writes.
    AgentMessage = "take an agent's message",
    /// An agent takes it.
    PickedUp = "be picked up",
    /// Its agent offers it to another.
    TransferOffered = "be transferred",
    /// The other takes it.
    TransferAccepted = "be accepted",
    /// The other does not, or the offer is taken back.
    TransferRejected = "be rejected",
    /// The bot hands it to humans.
    HandedOff = "be handed off",
    /// The visitor leaves a request.
    OfflineSubmitted = "take an offline form",
    /// An agent, a bot or the visitor ends the chat.
    Ended = "be ended",
    /// The visitor sends the form after the chat.
    PostChatSubmitted = "take a post-chat form",
    /// It is closed without further questions: by agent or visitor, or because nobody said anything.
    Dropped = "be closed",
}

/// Where something leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// It cannot happen here.
    No,
    /// Nowhere else.
    Stay,
    /// There.
    To(SessionStatus),
    /// The pre-chat form, where the channel has one; else as [`Target::Answers`].
    First,
    /// The FAQ, where the channel has one; else as [`Target::Queue`].
    Answers,
    /// In the queue; to the offline form where nobody is there. A bot is always there.
    Queue,
    /// As [`Target::Queue`], but first the pre-chat form where that is due after a bot.
    Humans,
    /// To whoever had it before, a bot or an agent; else as [`Target::Queue`].
    Resume,
    /// The post-chat form, where the channel has one; else closed.
    End,
    /// Closed without anybody having taken it, where the channel has a queue.
    Leave,
}

const NOT: Target = Target::No;
const SAM: Target = Target::Stay;
const FST: Target = Target::First;
const ANS: Target = Target::Answers;
const QUE: Target = Target::Queue;
const HUM: Target = Target::Humans;
const RES: Target = Target::Resume;
const END: Target = Target::End;
const LEA: Target = Target::Leave;
const CUS: Target = Target::To(CustomerLast);
const USR: Target = Target::To(UserLast);
const CLO: Target = Target::To(Closed);
const REQ: Target = Target::To(RequestPosted);

/// The table. Columns: 0 Invalid, 1 `PreChatForm`, 2 Faq, 3 `OfflineForm`, 4 `InQueue`, 5 `CustomerLast`, 6 `UserLast`,
/// 7 Finished, 8 Deleted, 9 Closed, 10 `RequestPosted`, 11 `ClosedFromQueue`.
#[rustfmt::skip]
const fn row(trigger: Trigger) -> [Target; 12] {
    match trigger {
        //                              0    1    2    3    4    5    6    7    8    9    10   11
        //                              inv  pre  faq  off  que  cus  usr  fin  del  clo  req  cfq
        Trigger::Created           => [FST, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::PreChatSubmitted  => [NOT, ANS, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::FaqHelped         => [NOT, NOT, END, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::FaqNotHelped      => [NOT, NOT, QUE, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::FaqUnanswered     => [NOT, NOT, QUE, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::VisitorMessage    => [NOT, NOT, SAM, NOT, SAM, SAM, CUS, RES, NOT, NOT, RES, NOT],
        Trigger::BotMessage        => [NOT, USR, USR, USR, USR, USR, SAM, SAM, NOT, NOT, SAM, NOT],
        Trigger::AgentMessage      => [NOT, USR, USR, USR, USR, USR, SAM, SAM, NOT, NOT, USR, NOT],
        Trigger::PickedUp          => [NOT, NOT, CUS, CUS, CUS, SAM, SAM, NOT, NOT, NOT, CUS, NOT],
        Trigger::TransferOffered   => [NOT, NOT, NOT, NOT, NOT, SAM, SAM, NOT, NOT, NOT, NOT, NOT],
        Trigger::TransferAccepted  => [NOT, NOT, NOT, NOT, NOT, SAM, SAM, NOT, NOT, NOT, NOT, NOT],
        Trigger::TransferRejected  => [NOT, NOT, NOT, NOT, NOT, SAM, SAM, NOT, NOT, NOT, NOT, NOT],
        Trigger::HandedOff         => [NOT, HUM, HUM, HUM, HUM, HUM, HUM, NOT, NOT, NOT, NOT, NOT],
        Trigger::OfflineSubmitted  => [NOT, NOT, NOT, REQ, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        Trigger::Ended             => [NOT, CLO, END, CLO, LEA, END, END, CLO, NOT, NOT, CLO, NOT],
        Trigger::PostChatSubmitted => [NOT, NOT, NOT, NOT, NOT, NOT, NOT, CLO, NOT, NOT, NOT, NOT],
        Trigger::Dropped           => [NOT, CLO, CLO, CLO, LEA, CLO, CLO, CLO, NOT, NOT, CLO, NOT],
        Trigger::Set(status)       => settable(status),
    }
}

/// Where a status may be set. Whoever has left a request or a queue has been in it; what is over can only be deleted.
#[rustfmt::skip]
const fn settable(status: SessionStatus) -> [Target; 12] {
    let set = Target::To(status);
    match status {
        //                     inv  pre  faq  off  que  cus  usr  fin  del  clo  req  cfq
        Invalid         => [NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT],
        RequestPosted   => [set, NOT, NOT, set, NOT, NOT, NOT, NOT, NOT, NOT, SAM, NOT],
        ClosedFromQueue => [set, NOT, NOT, NOT, set, NOT, NOT, NOT, NOT, NOT, NOT, SAM],
        Closed          => [set, set, set, set, set, set, set, set, NOT, SAM, set, NOT],
        Deleted         => [set, set, set, set, set, set, set, set, SAM, set, set, set],
        _               => [set, set, set, set, set, set, set, set, NOT, NOT, set, NOT],
    }
}

/// What a channel has, and who is there: all that decides where something leads, beside the session itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Rules {
    /// There is a channel at all. Without one a message moves nothing.
    pub channel: bool,
    /// It has a form before the chat.
    pub pre_chat: bool,
    /// That form, where a bot spoke first, is asked for when the bot hands off.
    pub pre_chat_after_bot: bool,
    /// It has a FAQ.
    pub faq: bool,
    /// It has a form for when nobody is there.
    pub offline_form: bool,
    /// It has a form after the chat.
    pub post_chat: bool,
    /// An agent is available, and it is open.
    pub staffed: bool,
}

/// What of a session decides where something leads, beside its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// A bot has it.
    pub bot: bool,
    /// An agent has it.
    pub agent: bool,
    /// The visitor has filled in the form before the chat.
    pub form_done: bool,
}

/// Where `trigger` leads from `status`. `None` where it cannot happen there.
pub fn next(status: SessionStatus, trigger: Trigger, rules: Rules, holder: Holder) -> Option<SessionStatus> {
    let queue = if rules.offline_form && !rules.staffed && !holder.bot { OfflineForm } else { InQueue };
    let answers = if rules.faq { Faq } else { queue };
    Some(match row(trigger)[usize::from(status.number())] {
        Target::No => return None,
        Target::Stay => status,
        Target::To(status) => status,
        Target::First if rules.pre_chat => PreChatForm,
        Target::First | Target::Answers => answers,
        Target::Resume if holder.bot || holder.agent => CustomerLast,
        Target::Humans if rules.pre_chat && rules.pre_chat_after_bot && !holder.form_done && queue == InQueue => {
            PreChatForm
        }
        Target::Queue | Target::Resume | Target::Humans => queue,
        Target::End if rules.post_chat => Finished,
        Target::End => Closed,
        Target::Leave if rules.channel => ClosedFromQueue,
        Target::Leave => Closed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    const ALL: Rules = Rules {
        channel: true,
        pre_chat: true,
        pre_chat_after_bot: false,
        faq: true,
        offline_form: true,
        post_chat: true,
        staffed: true,
    };
    const NOBODY: Holder = Holder { bot: false, agent: false, form_done: false };
    const BOT: Holder = Holder { bot: true, ..NOBODY };

    fn every_trigger() -> impl Iterator<Item = Trigger> {
        Trigger::ALL.into_iter().chain(SessionStatus::ALL.map(Trigger::Set))
    }

    /// Every status with everything that can happen, on a channel that has all: from, then where each trigger leads.
    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for trigger in every_trigger() {
            let leads = SessionStatus::ALL.map(|from| {
                next(from, trigger, ALL, NOBODY).map_or("--".to_owned(), |to| format!("{:02}", to.number()))
            });
            writeln!(table, "{:24} {}", format!("{trigger:?}"), leads.join(" ")).expect("written");
        }
        insta::assert_snapshot!(table, @r"
        Created                  01 -- -- -- -- -- -- -- -- -- -- --
        PreChatSubmitted         -- 02 -- -- -- -- -- -- -- -- -- --
        FaqHelped                -- -- 07 -- -- -- -- -- -- -- -- --
        FaqNotHelped             -- -- 04 -- -- -- -- -- -- -- -- --
        FaqUnanswered            -- -- 04 -- -- -- -- -- -- -- -- --
        VisitorMessage           -- -- 02 -- 04 05 05 04 -- -- 04 --
        BotMessage               -- 06 06 06 06 06 06 07 -- -- 10 --
        AgentMessage             -- 06 06 06 06 06 06 07 -- -- 06 --
        PickedUp                 -- -- 05 05 05 05 06 -- -- -- 05 --
        TransferOffered          -- -- -- -- -- 05 06 -- -- -- -- --
        TransferAccepted         -- -- -- -- -- 05 06 -- -- -- -- --
        TransferRejected         -- -- -- -- -- 05 06 -- -- -- -- --
        HandedOff                -- 04 04 04 04 04 04 -- -- -- -- --
        OfflineSubmitted         -- -- -- 10 -- -- -- -- -- -- -- --
        Ended                    -- 09 07 09 11 07 07 09 -- -- 09 --
        PostChatSubmitted        -- -- -- -- -- -- -- 09 -- -- -- --
        Dropped                  -- 09 09 09 11 09 09 09 -- -- 09 --
        Set(Invalid)             -- -- -- -- -- -- -- -- -- -- -- --
        Set(PreChatForm)         01 01 01 01 01 01 01 01 -- -- 01 --
        Set(Faq)                 02 02 02 02 02 02 02 02 -- -- 02 --
        Set(OfflineForm)         03 03 03 03 03 03 03 03 -- -- 03 --
        Set(InQueue)             04 04 04 04 04 04 04 04 -- -- 04 --
        Set(CustomerLast)        05 05 05 05 05 05 05 05 -- -- 05 --
        Set(UserLast)            06 06 06 06 06 06 06 06 -- -- 06 --
        Set(Finished)            07 07 07 07 07 07 07 07 -- -- 07 --
        Set(Deleted)             08 08 08 08 08 08 08 08 08 08 08 08
        Set(Closed)              09 09 09 09 09 09 09 09 -- 09 09 --
        Set(RequestPosted)       10 -- -- 10 -- -- -- -- -- -- 10 --
        Set(ClosedFromQueue)     11 -- -- -- 11 -- -- -- -- -- -- 11
        ");
    }

    #[test]
    fn what_is_over_stays_over() {
        for status in SessionStatus::ALL.into_iter().filter(|status| status.is_over()) {
            for trigger in every_trigger() {
                let to = next(status, trigger, ALL, NOBODY);
                assert!(to.is_none() || to == Some(status) || to == Some(Deleted), "{status:?} {trigger:?} {to:?}");
            }
        }
    }

    #[test]
    fn nothing_becomes_invalid_again() {
        for status in SessionStatus::ALL {
            assert!(every_trigger().all(|trigger| next(status, trigger, ALL, NOBODY) != Some(Invalid)));
        }
    }

    /// "Depending on how the channel is configured, the initial state may be" in queue, pre-chat form, or FAQ.
    #[test]
    fn the_channel_decides_the_first_status() {
        let first = |rules| next(Invalid, Trigger::Created, rules, NOBODY);
        assert_eq!(first(ALL), Some(PreChatForm));
        assert_eq!(first(Rules { pre_chat: false, ..ALL }), Some(Faq));
        let plain = Rules { pre_chat: false, faq: false, ..ALL };
        assert_eq!(first(plain), Some(InQueue));
        assert_eq!(first(Rules { staffed: false, ..plain }), Some(OfflineForm));
        assert_eq!(first(Rules { staffed: false, offline_form: false, ..plain }), Some(InQueue));
    }

    /// A bot is always there: its sessions never wait for the offline form.
    #[test]
    fn a_bot_keeps_a_session_from_the_offline_form() {
        let alone = Rules { pre_chat: false, faq: false, staffed: false, ..ALL };
        assert_eq!(next(Invalid, Trigger::Created, alone, BOT), Some(InQueue));
    }

    /// A bot that speaks before the queue is reached skips FAQ and form, and keeps the session off the queue.
    #[test]
    fn a_bots_word_skips_form_and_queue() {
        for status in [PreChatForm, Faq, OfflineForm, InQueue, CustomerLast, UserLast] {
            assert_eq!(next(status, Trigger::BotMessage, ALL, BOT), Some(UserLast));
        }
        assert_eq!(next(Finished, Trigger::BotMessage, ALL, BOT), Some(Finished), "a bot may say goodbye");
    }

    /// Handing off leads to the queue or the offline form, by whether humans are available.
    #[test]
    fn a_hand_off_asks_who_is_there() {
        let to = |rules| next(UserLast, Trigger::HandedOff, rules, NOBODY);
        assert_eq!(to(ALL), Some(InQueue));
        assert_eq!(to(Rules { staffed: false, ..ALL }), Some(OfflineForm));
        let late = Rules { pre_chat_after_bot: true, ..ALL };
        assert_eq!(to(late), Some(PreChatForm));
        let done = Holder { form_done: true, ..NOBODY };
        assert_eq!(next(UserLast, Trigger::HandedOff, late, done), Some(InQueue));
    }

    /// The form, then the FAQ, then the queue; "No" in the FAQ forwards to the queue.
    #[test]
    fn form_then_faq_then_queue() {
        assert_eq!(next(PreChatForm, Trigger::PreChatSubmitted, ALL, NOBODY), Some(Faq));
        assert_eq!(next(Faq, Trigger::VisitorMessage, ALL, NOBODY), Some(Faq));
        assert_eq!(next(Faq, Trigger::FaqNotHelped, ALL, NOBODY), Some(InQueue));
        assert_eq!(next(Faq, Trigger::FaqHelped, ALL, NOBODY), Some(Finished));
        assert_eq!(next(PreChatForm, Trigger::PreChatSubmitted, Rules { faq: false, ..ALL }, NOBODY), Some(InQueue));
    }

    /// Status 7 shows the form after the chat; a message of the visitor takes the chat up again.
    #[test]
    fn finished_is_not_the_end() {
        assert_eq!(next(UserLast, Trigger::Ended, ALL, NOBODY), Some(Finished));
        assert_eq!(next(UserLast, Trigger::Ended, Rules { post_chat: false, ..ALL }, NOBODY), Some(Closed));
        assert_eq!(next(UserLast, Trigger::Set(Finished), Rules::default(), NOBODY), Some(Finished));
        let ada = Holder { agent: true, ..NOBODY };
        assert_eq!(next(Finished, Trigger::VisitorMessage, ALL, ada), Some(CustomerLast));
        assert_eq!(next(Finished, Trigger::VisitorMessage, ALL, NOBODY), Some(InQueue));
        assert_eq!(next(Finished, Trigger::PostChatSubmitted, ALL, ada), Some(Closed));
    }

    #[test]
    fn whoever_leaves_the_queue_was_not_served() {
        assert_eq!(next(InQueue, Trigger::Dropped, ALL, NOBODY), Some(ClosedFromQueue));
        assert_eq!(next(CustomerLast, Trigger::Dropped, ALL, NOBODY), Some(Closed));
        assert_eq!(next(InQueue, Trigger::Ended, Rules::default(), NOBODY), Some(Closed), "no channel, no queue");
    }
}
