namespace DatacenterOst.Models.Onnx;

/// <summary>How alike two vectors are, for a support vector machine (ai.onnx.ml kernel_type and kernel_params: gamma, coef0, degree).</summary>
internal sealed class KernelFunction
{
    private readonly Kind kind;
    private readonly double gamma;
    private readonly double offset;
    private readonly double degree;

    private KernelFunction(Kind kind, double[] parameters)
        => (this.kind, gamma, offset, degree) = (kind, parameters[0], parameters[1], parameters[2]);

    public static KernelFunction Read(OperatorNode node)
    {
        var kind = node.Choice("kernel_type", Kind.Linear, ("LINEAR", Kind.Linear), ("POLY", Kind.Polynomial), ("RBF", Kind.Radial), ("SIGMOID", Kind.Sigmoid));
        var parameters = node.Weights("kernel_params");
        if (parameters.Length == 0) parameters = [0, 0, 0];
        if (parameters.Length != 3) throw node.Refuse($"has {parameters.Length} kernel_params; gamma, coef0 and degree are needed");
        return new KernelFunction(kind, parameters);
    }

    public double Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        if (kind == Kind.Radial)
        {
            for (var i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
            return Math.Exp(-gamma * sum);
        }

        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return kind switch
        {
            Kind.Polynomial => Math.Pow((gamma * sum) + offset, degree),
            Kind.Sigmoid => Math.Tanh((gamma * sum) + offset),
            _ => sum,
        };
    }

    private enum Kind
    {
        Linear,
        Polynomial,
        Radial,
        Sigmoid,
    }
}
