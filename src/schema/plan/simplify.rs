//! Removes nodes without effect from a plan, so that most answers need no walk.

use super::{KEEP, Node, NodeId, Plan};

/// Replaces every node below which nothing changes in either direction by [`KEEP`], and records the nodes below which restoring
/// changes nothing. Returns whether unions remain, whose schemas refer to the roots.
pub fn simplify(plan: &mut Plan) -> bool {
    let mut changes: Vec<bool> = plan.nodes.iter().map(changes_itself).collect();
    propagate(plan, &mut changes);
    plan.unchanged = changes.iter().map(|changes| !changes).collect();
    let mut more = false;
    for (change, node) in changes.iter_mut().zip(&plan.nodes) {
        let always_rendered =
            matches!(node, Node::Object(object) if object.fields.iter().any(|field| field.always_rendered));
        more |= always_rendered && !*change;
        *change |= always_rendered;
    }
    if more {
        propagate(plan, &mut changes);
    }
    let settle = |id: &mut NodeId| {
        if !changes.get(*id as usize).copied().unwrap_or(false) {
            *id = KEEP;
        }
    };
    let mut unions = false;
    for (node, changed) in plan.nodes.iter_mut().zip(&changes) {
        if !changed {
            *node = Node::Keep;
            continue;
        }
        unions |= matches!(node, Node::Union(_));
        match node {
            Node::Same(child)
            | Node::Record(child)
            | Node::Array(child)
            | Node::Boxed(child)
            | Node::Tagged(child, ..) => {
                settle(child);
            }
            Node::Object(object) => {
                object.fields.iter_mut().for_each(|field| settle(&mut field.node));
                settle(&mut object.rest);
                if let Some(entries) = &mut object.entries {
                    settle(&mut entries.node);
                }
            }
            Node::Prefix(first, rest) => {
                first.iter_mut().for_each(settle);
                settle(rest);
            }
            Node::Tuple(items, rest) => {
                items.iter_mut().for_each(|(child, _)| settle(child));
                if let Some(rest) = rest {
                    settle(rest);
                }
            }
            Node::Union(branches) => branches.iter_mut().for_each(|branch| settle(&mut branch.node)),
            Node::Keep | Node::Values(_) | Node::Text => {}
        }
    }
    settle(&mut plan.root);
    unions
}

/// Marks the parents of changed nodes as changed.
fn propagate(plan: &Plan, changes: &mut [bool]) {
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); plan.nodes.len()];
    for (i, node) in plan.nodes.iter().enumerate() {
        each_child(node, &mut |child| {
            if let Some(list) = above.get_mut(child as usize) {
                list.push(i);
            }
        });
    }
    let mut changed: Vec<usize> = (0..changes.len()).filter(|i| changes.get(*i) == Some(&true)).collect();
    while let Some(i) = changed.pop() {
        for parent in above.get(i).into_iter().flatten() {
            if let Some(slot @ false) = changes.get_mut(*parent) {
                *slot = true;
                changed.push(*parent);
            }
        }
    }
}

fn changes_itself(node: &Node) -> bool {
    match node {
        Node::Object(object) => {
            object.entries.is_some()
                || object.fields.iter().any(|field| {
                    field.null_is_absent
                        || field.default.is_some()
                        || field.tag.is_some()
                        || field.rendered_name != field.name
                })
        }
        Node::Record(_) | Node::Tuple(..) | Node::Values(_) | Node::Text | Node::Boxed(_) | Node::Tagged(..) => true,
        _ => false,
    }
}

fn each_child(node: &Node, seen: &mut dyn FnMut(NodeId)) {
    match node {
        Node::Same(child) | Node::Record(child) | Node::Array(child) | Node::Boxed(child) | Node::Tagged(child, ..) => {
            seen(*child);
        }
        Node::Object(object) => {
            object.fields.iter().for_each(|field| seen(field.node));
            seen(object.rest);
            if let Some(entries) = &object.entries {
                seen(entries.node);
            }
        }
        Node::Prefix(first, rest) => {
            first.iter().for_each(|child| seen(*child));
            seen(*rest);
        }
        Node::Tuple(items, rest) => {
            items.iter().for_each(|(child, _)| seen(*child));
            rest.iter().for_each(|child| seen(*child));
        }
        Node::Union(branches) => branches.iter().for_each(|branch| seen(branch.node)),
        Node::Keep | Node::Values(_) | Node::Text => {}
    }
}
