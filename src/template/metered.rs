//! Rewrites a parsed template so that each operation whose cost depends on its values is charged.
//!
//! The engine counts instructions, but one instruction may compare, copy or print megabytes. Its virtual machine has no
//! hook for this, so operands are passed through a filter that charges their weight and returns them unchanged. `scan.rs`
//! bounds the tree's depth before.
//!
//! | template | runs as |
//! | --- | --- |
//! | `a + b`, `a == b`, `a in b` | both operands through [`WHOLE`] |
//! | `a * b`, `a % b`, `a ~ b` | [`TIMES`], [`REMAINDER`], [`CONCAT`]: they compute the size of the result, or print as Python |
//! | `{% set a.b = c %}` | [`SET`], which refuses a namespace inside a namespace |
//! | `[a, b]`, `{k: v}`, arguments of a call | through [`WHOLE`], which bounds their nesting too |
//! | `a[1:2]`, `a + b` | the result through [`SETTLED`]: the engine's results are lazy and would nest |
//! | `for x in a` | `a` through [`ITEMS`] |
//! | raw text | an expression, which the formatter charges |
//!
//! No operand remains a constant, so the code generator does not fold constants without charging for them.

use minijinja::machinery::ast::{self, BinOpKind, Expr, Spanned, Stmt};
use minijinja::{Error, ErrorKind, Value};

/// Charges a value to its leaves.
pub const WHOLE: &str = "#whole";
/// Charges the items of a value.
pub const ITEMS: &str = "#items";
/// Charges a text that is indexed.
pub const TEXT: &str = "#text";
/// Makes a list of a lazy sequence.
pub const SETTLED: &str = "#settled";
/// Multiplies two values.
pub const TIMES: &str = "#times";
/// The remainder of two values, or a text with values in it.
pub const REMAINDER: &str = "#remainder";
/// Two values as one text.
pub const CONCAT: &str = "#concat";
/// Changes a member of a namespace.
pub const SET: &str = "#set";

type Made<T> = Result<T, Error>;

fn refused(detail: &'static str) -> Error {
    Error::new(ErrorKind::SyntaxError, detail)
}

fn filter<'a>(name: &'static str, expr: Expr<'a>, more: Option<Expr<'a>>) -> Expr<'a> {
    let span = expr.span();
    let args = more.into_iter().map(ast::CallArg::Pos).collect();
    Expr::Filter(Spanned::new(ast::Filter { name, expr: Some(expr), args }, span))
}

pub fn statement<'a>(from: &Stmt<'a>) -> Made<Stmt<'a>> {
    Ok(match from {
        Stmt::Template(s) => Stmt::Template(Spanned::new(ast::Template { children: body(&s.children)? }, s.span())),
        Stmt::EmitExpr(s) => Stmt::EmitExpr(Spanned::new(ast::EmitExpr { expr: expr(&s.expr)? }, s.span())),
        Stmt::EmitRaw(s) => {
            let text = Expr::Const(Spanned::new(ast::Const { value: Value::from(s.raw) }, s.span()));
            Stmt::EmitExpr(Spanned::new(ast::EmitExpr { expr: text }, s.span()))
        }
        Stmt::ForLoop(s) => Stmt::ForLoop(Spanned::new(
            ast::ForLoop {
                target: target(&s.target)?,
                iter: filter(ITEMS, expr(&s.iter)?, None),
                filter_expr: option(s.filter_expr.as_ref())?,
                recursive: s.recursive,
                body: body(&s.body)?,
                else_body: body(&s.else_body)?,
            },
            s.span(),
        )),
        Stmt::IfCond(s) => Stmt::IfCond(Spanned::new(
            ast::IfCond { expr: expr(&s.expr)?, true_body: body(&s.true_body)?, false_body: body(&s.false_body)? },
            s.span(),
        )),
        Stmt::WithBlock(s) => {
            let mut assignments = Vec::with_capacity(s.assignments.len());
            for (name, value) in &s.assignments {
                assignments.push((target(name)?, expr(value)?));
            }
            Stmt::WithBlock(Spanned::new(ast::WithBlock { assignments, body: body(&s.body)? }, s.span()))
        }
        Stmt::Set(s) if matches!(s.target, Expr::GetAttr(_)) => set_member(s)?,
        Stmt::Set(s) => {
            Stmt::Set(Spanned::new(ast::Set { target: target(&s.target)?, expr: expr(&s.expr)? }, s.span()))
        }
        Stmt::SetBlock(s) => Stmt::SetBlock(Spanned::new(
            ast::SetBlock { target: target(&s.target)?, filter: option(s.filter.as_ref())?, body: body(&s.body)? },
            s.span(),
        )),
        Stmt::AutoEscape(s) => Stmt::AutoEscape(Spanned::new(
            ast::AutoEscape { enabled: expr(&s.enabled)?, body: body(&s.body)? },
            s.span(),
        )),
        Stmt::FilterBlock(s) => Stmt::FilterBlock(Spanned::new(
            ast::FilterBlock { filter: expr(&s.filter)?, body: body(&s.body)? },
            s.span(),
        )),
        Stmt::Macro(s) => Stmt::Macro(Spanned::new(macro_of(s)?, s.span())),
        Stmt::CallBlock(s) => Stmt::CallBlock(Spanned::new(
            ast::CallBlock {
                call: Spanned::new(call(&s.call)?, s.call.span()),
                macro_decl: Spanned::new(macro_of(&s.macro_decl)?, s.macro_decl.span()),
            },
            s.span(),
        )),
        Stmt::Do(s) => Stmt::Do(Spanned::new(ast::Do { call: Spanned::new(call(&s.call)?, s.call.span()) }, s.span())),
        // Other statements exist if another crate of the program enables features of the engine.
        #[allow(unreachable_patterns)]
        _ => return Err(refused("a statement that templates of messages do not have")),
    })
}

/// `{% set a.b = c %}` as `{{ a|#set('b', c) }}`, which prints an empty text.
fn set_member<'a>(from: &Spanned<ast::Set<'a>>) -> Made<Stmt<'a>> {
    let Expr::GetAttr(target) = &from.target else { return Err(refused("a target that cannot be set")) };
    let span = from.span();
    let name = Expr::Const(Spanned::new(ast::Const { value: Value::from(target.name) }, span));
    let args = vec![ast::CallArg::Pos(name), ast::CallArg::Pos(expr(&from.expr)?)];
    let set = ast::Filter { name: SET, expr: Some(expr(&target.expr)?), args };
    Ok(Stmt::EmitExpr(Spanned::new(ast::EmitExpr { expr: Expr::Filter(Spanned::new(set, span)) }, span)))
}

fn macro_of<'a>(from: &ast::Macro<'a>) -> Made<ast::Macro<'a>> {
    let args = from.args.iter().map(target).collect::<Made<_>>()?;
    let defaults = from.defaults.iter().map(expr).collect::<Made<_>>()?;
    Ok(ast::Macro { name: from.name, args, defaults, body: body(&from.body)? })
}

fn body<'a>(from: &[Stmt<'a>]) -> Made<Vec<Stmt<'a>>> {
    from.iter().map(statement).collect()
}

/// The target of an assignment: names, and tuples of names.
fn target<'a>(from: &Expr<'a>) -> Made<Expr<'a>> {
    let all = |items: &[Expr<'a>]| items.iter().map(target).collect::<Made<Vec<_>>>();
    Ok(match from {
        Expr::Tuple(e) => Expr::Tuple(Spanned::new(ast::Tuple { items: all(&e.items)? }, e.span())),
        Expr::List(e) => Expr::List(Spanned::new(ast::List { items: all(&e.items)? }, e.span())),
        other => expr(other)?,
    })
}

fn option<'a>(from: Option<&Expr<'a>>) -> Made<Option<Expr<'a>>> {
    from.map(expr).transpose()
}

fn whole<'a>(from: &Expr<'a>) -> Made<Expr<'a>> {
    Ok(filter(WHOLE, expr(from)?, None))
}

fn expr<'a>(from: &Expr<'a>) -> Made<Expr<'a>> {
    let span = from.span();
    Ok(match from {
        Expr::Var(e) => Expr::Var(Spanned::new(ast::Var { id: e.id }, span)),
        Expr::Const(e) => Expr::Const(Spanned::new(ast::Const { value: e.value.clone() }, span)),
        Expr::Slice(e) => {
            let slice = ast::Slice {
                expr: filter(ITEMS, expr(&e.expr)?, None),
                start: option(e.start.as_ref())?,
                stop: option(e.stop.as_ref())?,
                step: option(e.step.as_ref())?,
            };
            filter(SETTLED, Expr::Slice(Spanned::new(slice, span)), None)
        }
        Expr::UnaryOp(e) => {
            let not = matches!(e.op, ast::UnaryOpKind::Not);
            let op = if not { ast::UnaryOpKind::Not } else { ast::UnaryOpKind::Neg };
            Expr::UnaryOp(Spanned::new(ast::UnaryOp { op, expr: expr(&e.expr)? }, span))
        }
        Expr::BinOp(e) => match e.op {
            BinOpKind::Mul => filter(TIMES, expr(&e.left)?, Some(expr(&e.right)?)),
            BinOpKind::Rem => filter(REMAINDER, expr(&e.left)?, Some(expr(&e.right)?)),
            BinOpKind::Concat => filter(CONCAT, expr(&e.left)?, Some(expr(&e.right)?)),
            op @ (BinOpKind::ScAnd | BinOpKind::ScOr) => binary(op, expr(&e.left)?, expr(&e.right)?, span),
            op @ BinOpKind::Add => filter(SETTLED, binary(op, whole(&e.left)?, whole(&e.right)?, span), None),
            op => binary(op, whole(&e.left)?, whole(&e.right)?, span),
        },
        Expr::Compare(e) => {
            let mut ops = Vec::with_capacity(e.ops.len());
            for op in &e.ops {
                ops.push(ast::CompareOp { op: op.op, expr: whole(&op.expr)? });
            }
            Expr::Compare(Spanned::new(ast::Compare { expr: whole(&e.expr)?, ops }, span))
        }
        Expr::IfExpr(e) => Expr::IfExpr(Spanned::new(
            ast::IfExpr {
                test_expr: expr(&e.test_expr)?,
                true_expr: expr(&e.true_expr)?,
                false_expr: option(e.false_expr.as_ref())?,
            },
            span,
        )),
        // Filters charge for their arguments themselves.
        Expr::Filter(e) => Expr::Filter(Spanned::new(
            ast::Filter { name: e.name, expr: option(e.expr.as_ref())?, args: arguments(&e.args, expr)? },
            span,
        )),
        Expr::Test(e) => Expr::Test(Spanned::new(
            ast::Test { name: e.name, expr: expr(&e.expr)?, args: arguments(&e.args, expr)? },
            span,
        )),
        Expr::GetAttr(e) => Expr::GetAttr(Spanned::new(ast::GetAttr { expr: expr(&e.expr)?, name: e.name }, span)),
        Expr::GetItem(e) => {
            let container = filter(TEXT, expr(&e.expr)?, None);
            let item = ast::GetItem { expr: container, subscript_expr: whole(&e.subscript_expr)? };
            Expr::GetItem(Spanned::new(item, span))
        }
        Expr::Call(e) => Expr::Call(Spanned::new(call(e)?, span)),
        Expr::List(e) => made(Expr::List(Spanned::new(ast::List { items: all(&e.items)? }, span))),
        Expr::Tuple(e) => made(Expr::Tuple(Spanned::new(ast::Tuple { items: all(&e.items)? }, span))),
        Expr::Map(e) => made(Expr::Map(Spanned::new(ast::Map { keys: all(&e.keys)?, values: all(&e.values)? }, span))),
    })
}

fn made(expr: Expr<'_>) -> Expr<'_> {
    filter(WHOLE, expr, None)
}

fn all<'a>(from: &[Expr<'a>]) -> Made<Vec<Expr<'a>>> {
    from.iter().map(expr).collect()
}

fn binary<'a>(op: BinOpKind, left: Expr<'a>, right: Expr<'a>, span: minijinja::machinery::Span) -> Expr<'a> {
    Expr::BinOp(Spanned::new(ast::BinOp { op, left, right }, span))
}

fn call<'a>(from: &ast::Call<'a>) -> Made<ast::Call<'a>> {
    Ok(ast::Call { expr: expr(&from.expr)?, args: arguments(&from.args, whole)? })
}

fn arguments<'a>(from: &[ast::CallArg<'a>], each: fn(&Expr<'a>) -> Made<Expr<'a>>) -> Made<Vec<ast::CallArg<'a>>> {
    from.iter()
        .map(|argument| {
            Ok(match argument {
                ast::CallArg::Pos(value) => ast::CallArg::Pos(each(value)?),
                ast::CallArg::Kwarg(name, value) => ast::CallArg::Kwarg(name, each(value)?),
                ast::CallArg::PosSplat(_) | ast::CallArg::KwargSplat(_) => {
                    return Err(refused("arguments given as *list or **map, which templates of messages do not have"));
                }
            })
        })
        .collect()
}
