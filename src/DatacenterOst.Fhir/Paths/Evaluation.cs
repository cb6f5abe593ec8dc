namespace DatacenterOst.Fhir.Paths;

/// <summary>
/// One run of an expression. Results live on one stack: an expression leaves its collection on top of it, so that nothing is
/// allocated for steps in between.
/// </summary>
internal sealed partial class Evaluation
{
    // An expression that needs more than this is a mistake or an attack.
    private const int MaxSteps = 20_000_000;
    private const int MaxValues = 1_000_000;
    private const int MaxDepth = 256;
    private PathValue[] stack = new PathValue[32];
    private int steps;
    private int depth;

    public PathEnvironment Environment { get; private set; } = PathEnvironment.None;
    public Element Context { get; private set; }
    public int Top { get; private set; }

    /// <summary>Small enough to be kept for the next evaluation.</summary>
    public bool IsSmall => stack.Length <= 4096;

    public Span<PathValue> From(int start) => stack.AsSpan(start, Top - start);

    public PathValue this[int index] => stack[index];

    public void Begin(Element context, PathEnvironment environment)
    {
        (Context, Environment, Top, steps, depth) = (context, environment, 0, 0, 0);
        if (context is { Exists: true, Index: 0 }) context.Owner!.IndexRoot();
    }

    public void Push(in PathValue value)
    {
        if (value.Kind == PathKind.None) return;
        if (Top == stack.Length) Grow();
        stack[Top++] = value;
    }

    private void Grow()
    {
        if (Top >= MaxValues) throw new FhirPathException($"The expression gives more than {MaxValues} values", 0);
        Array.Resize(ref stack, stack.Length * 2);
    }

    public void Drop(int start) => Top = start;

    public void Return(int start, in PathValue value)
    {
        Top = start;
        Push(value);
    }

    /// <summary>Removes the values from start to end; those pushed after them move down.</summary>
    public void Remove(int start, int end)
    {
        if (end == start) return;
        if (Top > end) Array.Copy(stack, end, stack, start, Top - end);
        Top -= end - start;
    }

    public void Step(int position)
    {
        if (++steps > MaxSteps) throw TooLong(position);
    }

    // Apart from the checks, so that those are small enough to be compiled into the places that make them.
    private static FhirPathException TooLong(int position) => new($"The expression takes more than {MaxSteps} steps", position);

    private static FhirPathException TooDeep(int position) => new($"The expression is nested deeper than {MaxDepth}", position);

    public void Run(PathNode node, in Scope scope)
    {
        Enter(node);
        switch (node.Op)
        {
            case PathOp.Constant: Push(node.Constant); break;
            case PathOp.Empty: break;
            case PathOp.This: Push(scope.This); break;
            case PathOp.Index: Push(PathValue.Of(scope.Index)); break;
            case PathOp.Total: foreach (var value in scope.Total ?? []) Push(value); break;
            case PathOp.Variable: Variable(node, scope); break;
            case PathOp.Member: Member(node, scope); break;
            case PathOp.Indexer: Indexer(node, scope); break;
            case PathOp.Function: Function(node, scope); break;
            case PathOp.Is or PathOp.As: TypeTest(node, scope); break;
            case PathOp.Minus or PathOp.Plus: Sign(node, scope); break;
            case PathOp.Concatenate: Concatenation.Run(this, node, scope); break;
            case >= PathOp.Greater: if (Decide(node, scope) is { } known) Push(PathValue.Of(known)); break;
            default: Operators.Run(this, node, scope); break;
        }
        depth--;
    }

    private void Enter(PathNode node)
    {
        Step(node.Position);
        if (++depth > MaxDepth) throw TooDeep(node.Position);
    }

    private bool? Decide(PathNode node, in Scope scope) => node.Op switch
    {
        >= PathOp.And => Logic(node, scope),
        >= PathOp.Greater => Operators.Decide(this, node, scope),
        _ => DecideFunction(node, scope),
    };

    private bool? DecideFunction(PathNode node, in Scope scope)
    {
        var start = Top;
        Input(node, scope);
        var result = node.Decision!(this, node, scope, start);
        Drop(start);
        return result;
    }

    private void Member(PathNode node, in Scope scope)
    {
        if (node.Target is null)
        {
            if (scope.This.Kind != PathKind.Element) return;
            var focus = scope.This.Element;
            // "Patient.name": the expression may begin with the type of what it is applied to.
            if (node.First is { } type)
            {
                if (focus.Definition.Is(type)) Push(scope.This);
                return;
            }
            Children(focus, node);
            return;
        }
        var start = Top;
        Run(node.Target, scope);
        var end = Top;
        if (end - start == 1)
        {
            // The usual case: the children take the place of the one value, and nothing has to move.
            var only = stack[start];
            Top = start;
            MembersOf(only, node);
            return;
        }
        for (var i = start; i < end; i++) MembersOf(stack[i], node);
        Remove(start, end);
    }

    private void MembersOf(in PathValue value, PathNode node)
    {
        if (value.Kind == PathKind.Element) Children(value.Element, node);
        else if (value.Kind == PathKind.Type) TypeMember(value, node);
    }

    private void Children(Element element, PathNode node)
    {
        Step(node.Position);
        if (node.NameId < 0) return;
        foreach (var child in element.ChildrenIn(node.SlotsIn(element.Node.Type))) Push(PathValue.Of(child));
    }

    private void TypeMember(in PathValue type, PathNode node)
    {
        var dot = type.Text.IndexOf('.', StringComparison.Ordinal);
        if (node.Name == "name") Push(PathValue.Of(type.Text[(dot + 1)..]));
        else if (node.Name == "namespace") Push(PathValue.Of(type.Text[..dot]));
    }

    private void Indexer(PathNode node, in Scope scope)
    {
        var start = Top;
        Run(node.Target!, scope);
        var count = Top - start;
        var index = Integer(node.Arguments[0], scope);
        if (index is { } at && at >= 0 && at < count) Return(start, stack[start + at]);
        else Drop(start);
    }

    private void Function(PathNode node, in Scope scope)
    {
        if (node.Decision is null)
        {
            var start = Top;
            Input(node, scope);
            node.Function!(this, node, scope, start);
        }
        else if (DecideFunction(node, scope) is { } known) Push(PathValue.Of(known));
    }

    private void Input(PathNode node, in Scope scope)
    {
        if (node.Target is not null) Run(node.Target, scope);
        else Push(scope.This);
    }

    private void TypeTest(PathNode node, in Scope scope)
    {
        var start = Top;
        Run(node.Target!, scope);
        TypeFunctions.Test(this, node, start, node.Op == PathOp.Is);
    }

    private void Sign(PathNode node, in Scope scope)
    {
        var start = Top;
        Run(node.Arguments[0], scope);
        if (Top == start) return;
        var value = Single(start, node).ToSystem();
        var sign = node.Op == PathOp.Minus ? -1 : 1;
        Return(start, value.Kind switch
        {
            PathKind.Integer => PathValue.Of(value.Index * sign),
            PathKind.Decimal => PathValue.Of(value.Number * sign),
            PathKind.Quantity => PathValue.Of(value.Quantity with { Value = value.Quantity.Value * sign }),
            _ => throw new FhirPathException("A sign stands only before a number or a quantity", node.Position),
        });
    }

    private bool? Logic(PathNode node, in Scope scope)
    {
        var left = Boolean(node.Arguments[0], scope);
        var right = (node.Op, left) switch
        {
            (PathOp.And, false) or (PathOp.Or, true) or (PathOp.Implies, false) => null,
            _ => Boolean(node.Arguments[1], scope),
        };
        return node.Op switch
        {
            PathOp.And => left == false || right == false ? false : left is null || right is null ? null : true,
            PathOp.Or => left == true || right == true ? true : left is null || right is null ? null : false,
            PathOp.Xor => left is null || right is null ? null : left != right,
            _ => left == false || right == true ? true : left is null || right is null ? null : false,
        };
    }
}
