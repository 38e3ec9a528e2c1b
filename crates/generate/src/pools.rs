//! What events are made from.

use events2logs_mapping::tables::{EVENT_TYPES_CSV, EventTypes};

/// How many event types an archive has.
const TYPES: usize = 200;

/// The types that make up most of an archive, with message, categories, requestUri and how many
/// targets are applications.
const FREQUENT: &[(&str, &str, &str, &str)] = &[
    (
        "app.auth.sso",
        "User single sign on to app",
        "Application Access",
        "/app/acme_wiki/exkAYJeKGSurwCotYcFd/sso/saml",
    ),
    (
        "core.user_auth.login_success",
        "Sign-in successful",
        "Sign-in Success",
        "/api/v1/authn",
    ),
    (
        "core.user_auth.session_clear",
        "Session cleared ",
        "Sign-in Success",
        "/login/do-login",
    ),
    (
        "core.user_auth.login_failed",
        "Sign-in Failed - Not Specified ",
        "Sign-in Failure",
        "/api/v1/authn",
    ),
    (
        "core.user.factor.attempt_success",
        "Authentication of user via MFA ",
        "Multifactor Authentication",
        "/api/v1/authn/factors/ost1e9z4yd8wLvNsC0h7/verify",
    ),
    (
        "app.user_management.push_profile_success",
        "Successfully pushed user's profile to external application",
        "Application Assignment",
        "Background",
    ),
    (
        "app.generic.provision.assign_user_to_app",
        "Assign user to application",
        "Application Assignment",
        "/api/v1/apps/0oabkvBLDEKCNXBGYUAS/users",
    ),
    (
        "core.user_auth.session_expired",
        "User session expired",
        "Sign-in Success",
        "/login/signout",
    ),
    (
        "app.ad.login.success",
        "Active Directory user signed in",
        "Sign-in Success",
        "/api/v1/authn",
    ),
    (
        "core.user_group_member.user_add",
        "Add user to group membership",
        "User Creation",
        "Background",
    ),
    (
        "app.admin.sso.login.success",
        "User single sign on to app",
        "Application Access",
        "/app/office365/exk0gZlHTmx6ROMDs0gJ/sso/wsfed/passive",
    ),
    (
        "core.user.config.user_activated",
        "Activate user",
        "User Activation",
        "/api/v1/users/00ub0oNGTSWTBKOLGLNR/lifecycle/activate",
    ),
];

/// The messages of failed sign-ins, from which the reason is read off.
pub(crate) const FAILURES: &[&str] = &[
    "Sign-in Failed - Not Specified ",
    "Sign-in Failed - Invalid Credentials",
    "Sign-in Failed - User is currently locked out",
    "Sign-in Failed - Password has expired",
    "Sign-in Failed - Verification failed for user: ",
    "Sign-in Failed",
];

/// Messages, categories and requestUris of the other types.
const MESSAGES: &[&str] = &[
    "User profile update from the directory was applied to the user and its application assignments",
    "Application user membership changed ",
    "Policy rule evaluated for the user, and the session was kept",
    "Import of users from the directory ended: 0 created, 3 updated, 211 unchanged",
    "Authentication of user via agent",
];
const CATEGORIES: &[&str] = &[
    "Application Assignment",
    "Import Summary",
    "User Deactivation",
    "Suspicious Activity",
    "Rate Limit",
];
const REQUESTS: &[&str] = &[
    "/api/v1/groups/00gbkkGFFWZDLCNTAGQR/users/00ub0oNGTSWTBKOLGLNR",
    "/api/internal/orgsettings/ui",
    "/admin/app/cpc/saasure/00ub0oNGTSWTBKOLGLNR",
    "/oauth2/default/v1/token",
    "Background",
];

/// One type and what usually comes with it.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) legacy_event_type: String,
    pub(crate) message: &'static str,
    pub(crate) category: &'static str,
    pub(crate) request_uri: &'static str,
}

/// The types: the frequent ones first, then every so many a row of the table.
pub(crate) fn kinds() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = FREQUENT
        .iter()
        .map(
            |&(legacy_event_type, message, category, request_uri)| Kind {
                legacy_event_type: legacy_event_type.to_owned(),
                message,
                category,
                request_uri,
            },
        )
        .collect();
    let table = EventTypes::read("event_types.csv", EVENT_TYPES_CSV);
    let rows = table.as_ref().map_or(&[][..], EventTypes::rows);
    let step = rows.len().checked_div(TYPES).unwrap_or(1).max(1);
    let others = rows.iter().step_by(step).enumerate();
    kinds.extend(others.map(|(at, row)| Kind {
        legacy_event_type: row.legacy_event_type.clone(),
        message: turn(MESSAGES, at),
        category: turn(CATEGORIES, at),
        request_uri: turn(REQUESTS, at),
    }));
    kinds.truncate(TYPES);
    kinds
}

fn turn(choices: &[&'static str], at: usize) -> &'static str {
    choices.iter().cycle().nth(at).copied().unwrap_or_default()
}

/// Raw user agents with Okta's name of the browser.
pub(crate) fn user_agents() -> Vec<(String, &'static str)> {
    const SYSTEMS: &[&str] = &[
        "Windows NT 10.0; Win64; x64",
        "Macintosh; Intel Mac OS X 10_13_6",
        "Windows NT 6.1; WOW64",
        "X11; Linux x86_64",
    ];
    let mut agents = Vec::new();
    for version in [63, 67, 70, 72, 76, 79] {
        for system in SYSTEMS {
            agents.push((
                format!("Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.3538.110 Safari/537.36"),
                "CHROME",
            ));
            agents.push((
                format!(
                    "Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
                ),
                "FIREFOX",
            ));
        }
        agents.push((
            format!("Mozilla/5.0 (iPhone; CPU iPhone OS 12_{version} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0 Mobile/15E148 Safari/604.1"),
            "SAFARI",
        ));
    }
    for (agent, browser) in [
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            "INTERNET_EXPLORER",
        ),
        ("Jakarta Commons-HttpClient/3.1", "UNKNOWN"),
        (
            "Okta AD Agent/3.4.8 (Microsoft Windows NT 6.2.9200.0; .NET CLR 4.0.30319.42000; 64-bit OS; 64-bit Process; sslpinning=disabled)",
            "UNKNOWN",
        ),
        (
            "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.7369; Pro)",
            "UNKNOWN",
        ),
        (
            "okta-sdk-java/1.2.0 java/1.8.0_181 Linux/4.14.72",
            "UNKNOWN",
        ),
        ("Apache-HttpClient/4.5.2 (Java/1.8.0_144)", "UNKNOWN"),
    ] {
        agents.push((agent.to_owned(), browser));
    }
    agents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_know_all_types() {
        let table = EventTypes::read("event_types.csv", EVENT_TYPES_CSV).unwrap();
        for kind in kinds() {
            let legacy_event_type = kind.legacy_event_type;
            assert!(
                table.get(&legacy_event_type).is_some(),
                "{legacy_event_type}"
            );
        }
    }
}
