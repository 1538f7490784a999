//! Effective access: what RBAC lets whom do, by the authorizer's own rules (`plugin/pkg/auth/authorizer/rbac` and
//! `pkg/apis/rbac/v1/evaluation_helpers.go` of Kubernetes).
//!
//! [`allows`] is about one rule and one request. [`Inventory::access_of`](crate::Inventory::access_of) and
//! [`Inventory::who_can`](crate::Inventory::who_can) put bindings, roles and the groups that names imply together. What
//! webhooks, cloud authorizers and the Node authorizer allow stands in no object and is not told here.

mod effective;
mod identity;
mod rule;

pub use effective::{Access, Answer, Source};
pub(crate) use identity::Holders;
pub use identity::Identity;
pub use rule::{On, Reach, Request, allows, concerns, covers_path, holds, reaches};
