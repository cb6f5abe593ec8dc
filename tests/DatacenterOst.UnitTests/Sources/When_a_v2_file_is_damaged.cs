using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Hl7v2;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_a_v2_file_is_damaged
{
    private const string Good = "MSH|^~\\&|LAB|RH|EHR|RH|20260301093000||ORU^R01|M1|P|2.5.1\rPID|1||1^^^A\rOBR|1||F9\rOBX|1|NM|1^x^LN||134|mg/L|||||F\r";

    private static async Task<string> Fault(string damaged)
    {
        var records = await Read("oru-r01", damaged + "\r" + Good);
        Assert.Equal("134", records[^1].Items[0].Facts[0].Value);
        var problem = Assert.Single(records.SkipLast(1).SelectMany(r => r.Items)).Problem!;
        return $"{problem.Reason}: {problem.Message}";
    }

    [Theory]
    [InlineData("MSH|^^~&|L", "unreadable: MSH-2, the encoding characters, is '^^~&'; the character ^ is no mark or is there twice")]
    [InlineData("MSH|^|LAB|RH|EHR", "unreadable: MSH-2, the encoding characters, is '^'; it must be four different marks")]
    [InlineData("MSH|ABCD|LAB|RH|EHR", "unreadable: MSH-2, the encoding characters, is 'ABCD'")]
    [InlineData("PID|1||1^^^A", "unreadable: 13 bytes that are no message")]
    [InlineData("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5||||||KLINGON", "unreadable: MSH-18 names the character set 'KLINGON'")]
    [InlineData("MSH|^~\\&|L||||1||ADT^A01|1|P|2.5", "not-supported: messages of the type ADT^A01 (MSH-9) are not read")]
    [InlineData("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rOBX|1|NM|1||5||||||F", "patient-missing: there is no PID segment")]
    [InlineData("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rPID|1||\rOBX|1|NM|1||5||||||F", "patient-missing: PID-3 has no identifier")]
    [InlineData("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rPID|1||1^^^A\rOBX|1|FT|1||not\ndetected||||||F", "unreadable: a line break stands within a field")]
    [InlineData("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rPID|1||1^^^A\rPV1 2", "unreadable: the line that begins with 'PV1' is no segment")]
    public async Task the_problem_says_what_to_mend_and_the_next_message_arrives(string damaged, string expected) =>
        Assert.StartsWith(expected, await Fault(damaged), StringComparison.Ordinal);

    [Fact]
    public async Task a_byte_that_is_not_utf8_is_named()
    {
        var records = await Read("oru-r01", [.. Encoding.UTF8.GetBytes("MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rPID|||1^^^A||M"), 0xF8, .. "ller\r"u8]);
        Assert.StartsWith("byte 48 of the message (0xF8) is not UTF-8", records.OnlyItem().Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, RejectionReasons.Truncated)]
    [InlineData(20, RejectionReasons.Truncated)]
    public async Task a_result_cut_at_the_end_of_the_file_is_never_a_number(int lost, string reason) =>
        Assert.Equal(reason, (await Read("oru-r01", Good[..^lost])).OnlyItem().Problem!.Reason);

    [Fact]
    public async Task a_batch_that_lost_its_end_is_noticed()
    {
        Assert.Contains(await Read("oru-r01", "FHS|^~\\&\rBHS|^~\\&\r" + Good), r => r.Items[0].Problem?.Reason == RejectionReasons.Truncated);
        Assert.Contains(await Read("oru-r01", "BHS|^~\\&\r" + Good + "BTS|2\r"), r => r.Items[0].Problem?.Message.StartsWith("the batch says 2 messages", StringComparison.Ordinal) == true);
        Assert.Contains(await Read("oru-r01", "\u000B" + Good), r => r.Items[^1].Problem?.Reason == RejectionReasons.Truncated);
    }

    [Fact]
    public async Task a_message_beyond_the_limit_is_refused_and_the_next_arrives()
    {
        var records = await Read("oru-r01", Good.Replace("134", new string('1', MessageSplitter.MaxMessageBytes), StringComparison.Ordinal) + Good);
        Assert.StartsWith("the message is longer than", records[0].Items[0].Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("134", records[^1].Items[0].Facts[0].Value);
        Assert.Equal(2, records.Count);
    }

    /// <summary>Bytes put in, taken out and changed anywhere: nothing but items comes out, and every byte is in exactly one chunk.</summary>
    [Fact]
    public void nothing_but_items_comes_out_whatever_is_done_to_the_bytes()
    {
        Damage.Check(Seeds(), 1500, Holds);
    }

    private static bool Holds(byte[] bytes)
    {
        var chunks = new MemoryStream();
        foreach (var chunk in MessageSplitter.Split(new MemoryStream(bytes), CancellationToken.None).ToBlockingEnumerable())
        {
            Assert.Equal(chunks.Length, chunk.Offset);
            chunks.Write(chunk.Bytes.Span);
        }
        Assert.True(chunks.ToArray().AsSpan().SequenceEqual(bytes));
        var records = SourceProfiles.SourceOf(Profile("oru-r01")).Read(new MemoryStream(bytes), CancellationToken.None).ToBlockingEnumerable().ToList();
        return records.All(r => r.Place.Length > 0 && r.Items.All(i => i.Facts.Count > 0 || i.Problem is { Reason.Length: > 0, Message.Length: > 0 }));
    }

    private static byte[][] Seeds() =>
    [
        Encoding.UTF8.GetBytes(Good + Good),
        Encoding.UTF8.GetBytes("\uFEFFFHS|^~\\&\rBHS|^~\\&\r" + Good + "BTS|1\rFTS|1"),
        Encoding.UTF8.GetBytes("\u000B" + Good + "\u001C\r\u000B" + Good.Replace("134", "Møller \\.br\\ \\XC3B8\\", StringComparison.Ordinal) + "\u001C\r"),
        Encoding.UTF8.GetBytes(Good.Replace("NM|1^x^LN||134", "SN|1^x^LN||>^100^-^200~<^1", StringComparison.Ordinal).Replace("\r", "\r\n", StringComparison.Ordinal)),
    ];
}
