namespace DatacenterOst.Clinical;

public enum ProblemKind
{
    Invalid,
    Forbidden,
    NotFound,
    Conflict,
    TooLarge,
    TooCostly,
    PreconditionFailed,
    Unsupported,
    Unavailable,

    /// <summary>What was asked for was there and has been deleted.</summary>
    Gone,

    /// <summary>The answer cannot be given in any form that the caller takes.</summary>
    NotAcceptable,

    /// <summary>A condition that may be met by one only is met by several.</summary>
    Ambiguous,

    /// <summary>The request is well formed and cannot be carried out on what is there.</summary>
    Unprocessable,

    /// <summary>The caller asks more often than was agreed.</summary>
    TooMany,
}

/// <summary>
/// The caller's mistake, in words that say what to do. It becomes an OperationOutcome in exactly one file of the server.
/// </summary>
/// <param name="where">The place in the input: a parameter, a path, a file and line.</param>
public sealed class Problem(ProblemKind kind, string message, string? where = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ProblemKind Kind { get; } = kind;

    public string? Where { get; } = where;
}
