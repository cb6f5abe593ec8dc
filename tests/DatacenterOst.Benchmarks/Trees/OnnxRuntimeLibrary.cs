using System.Runtime.InteropServices;

namespace DatacenterOst.Benchmarks.Trees;

/// <summary>
/// ONNX Runtime by its C interface, as lean as it can be called: one thread, input and output tensors made once over memory that stays
/// where it is, so that a call is Run and nothing else. The library is that of npm <c>onnxruntime-node</c>.
/// </summary>
public sealed unsafe class OnnxRuntimeLibrary
{
    public const string Install = "npm install --prefix artifacts --ignore-scripts onnxruntime-node@1.30.0";

    // Places of functions in OrtApi (onnxruntime_c_api.h); entries are only ever added behind.
    private const int GetErrorMessage = 2, CreateEnv = 3, CreateSessionFromArray = 8, RunSession = 9, CreateSessionOptions = 10,
        SetIntraOpNumThreads = 24, SetInterOpNumThreads = 25, CreateTensorWithData = 49, CreateCpuMemoryInfo = 69;

    private const uint ApiVersion = 15;
    private const int FloatTensor = 1, Warnings = 2;

    private readonly void** api;
    private readonly nint session;
    private readonly nint inputValue;
    private readonly nint[] names = new nint[2];
    private nint outputValue;

    public OnnxRuntimeLibrary(string path, byte[] model, int inputs)
    {
        Input = GC.AllocateArray<float>(inputs, pinned: true);
        Output = GC.AllocateArray<float>(1, pinned: true);
        var library = NativeLibrary.Load(path);
        var root = (void**)((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        api = (void**)((delegate* unmanaged<uint, nint>)root[0])(ApiVersion);
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)root[1])()) ?? "";
        nint environment, options, memory;
        Check(((delegate* unmanaged<int, byte*, nint*, nint>)api[CreateEnv])(Warnings, (byte*)Text("benchmark"), &environment));
        Check(((delegate* unmanaged<nint*, nint>)api[CreateSessionOptions])(&options));
        Check(((delegate* unmanaged<nint, int, nint>)api[SetIntraOpNumThreads])(options, 1));
        Check(((delegate* unmanaged<nint, int, nint>)api[SetInterOpNumThreads])(options, 1));
        fixed (byte* bytes = model)
        fixed (nint* made = &session)
            Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)api[CreateSessionFromArray])(environment, bytes, (nuint)model.Length, options, made));
        Check(((delegate* unmanaged<int, int, nint*, nint>)api[CreateCpuMemoryInfo])(1, 0, &memory));
        inputValue = Tensor(memory, Input);
        outputValue = Tensor(memory, Output);
        names[0] = Text(TreeEnsembleFile.Input);
        names[1] = Text(TreeEnsembleFile.Output);
    }

    public string Version { get; }

    /// <summary>The row, to be filled before <see cref="Run"/>.</summary>
    public float[] Input { get; }

    public float[] Output { get; }

    public static string? Find(string root)
    {
        var folder = Path.Combine(root, "artifacts", "node_modules", "onnxruntime-node", "bin");
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "libonnxruntime.so*", SearchOption.AllDirectories).FirstOrDefault(file => file.Contains($"/linux/{machine}/", StringComparison.Ordinal))
            : null;
    }

    public float Run()
    {
        fixed (nint* name = names)
        fixed (nint* input = &inputValue, output = &outputValue)
            Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)api[RunSession])(session, 0, name, input, 1, name + 1, 1, output));
        return Output[0];
    }

    private nint Tensor(nint memory, float[] data)
    {
        nint value;
        var shape = stackalloc long[] { 1, data.Length };
        Check(((delegate* unmanaged<nint, float*, nuint, long*, nuint, int, nint*, nint>)api[CreateTensorWithData])(
            memory, (float*)Marshal.UnsafeAddrOfPinnedArrayElement(data, 0), (nuint)(data.Length * sizeof(float)), shape, 2, FloatTensor, &value));
        return value;
    }

    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);

    private void Check(nint status)
    {
        if (status != 0) throw new InvalidOperationException("ONNX Runtime: " + Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)api[GetErrorMessage])(status)));
    }
}
