using System.Buffers;
using DatacenterOst.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>A stored resource, whole or in the part that was asked for.</summary>
public static class ResourceSubset
{
    public static void Write(IBufferWriter<byte> output, StoredResource stored, Selection selection)
    {
        if (selection.IsWhole)
            ResourceJson.Write(output, stored);
        else
            output.Write(ElementSubset.Of(ResourceJson.Bytes(stored), selection.Mode, selection.Elements).Span);
    }
}
