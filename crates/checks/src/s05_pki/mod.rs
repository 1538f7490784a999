//! Section 5: certificates serve components only, live briefly, and are trusted nowhere else.

crate::checks! { "s05_pki":
    certificate_for_people,
}
