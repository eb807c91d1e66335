//! Whose a variable is.

use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::store::{Owner, UserId};

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A site's: all its bots, all its users.
    Enterprise,
    /// One bot's, for all users.
    Bot,
    /// What is known of the user. Nobody writes it.
    User,
    /// One user's, for all bots.
    UserSession,
    /// One user's, for one bot.
    BotUserSession,
    /// One chat session's, until it ends. Not among the five of `variables`; `visitorsessions` reads and writes it.
    SessionData,
}

impl Scope {
    /// The scopes that have a name in scripts and addresses.
    pub const NAMED: [Self; 5] = [Self::Enterprise, Self::Bot, Self::User, Self::UserSession, Self::BotUserSession];

    /// The name in scripts, addresses and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enterprise => "EnterpriseContext",
            Self::Bot => "BotContext",
            Self::User => "UserContext",
            Self::UserSession => "UserSession",
            Self::BotUserSession => "BotUserSession",
            Self::SessionData => "SessionData",
        }
    }

    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|scope| scope.as_str() == name)
    }

    /// Whether its variables are one bot's.
    pub const fn is_bots(self) -> bool {
        matches!(self, Self::Bot | Self::BotUserSession)
    }

    /// Whose variables these are, of this scope, for this bot and this user.
    pub fn owner(self, site: SiteKey, bot: &str, user: UserId) -> Owner {
        let bot = if self.is_bots() { bot.to_owned() } else { String::new() };
        let user = match self {
            Self::User | Self::UserSession | Self::BotUserSession => user.to_string(),
            Self::Enterprise | Self::Bot | Self::SessionData => String::new(),
        };
        Owner { site, scope: self, bot, user }
    }

    /// Who owns what is remembered until a chat session ends.
    pub fn session_data(site: SiteKey, conversation: ConversationId) -> Owner {
        Owner { site, scope: Self::SessionData, bot: String::new(), user: conversation.to_string() }
    }
}
