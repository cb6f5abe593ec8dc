namespace DatacenterOst.Clinical;

/// <summary>The reasons that rejections are counted by. They are part of what others read: never rename one.</summary>
public static class RejectionReasons
{
    public const string Unreadable = "unreadable";                 // the bytes are not what the format says
    public const string Truncated = "truncated";                   // the file ends in the middle of a record
    public const string NotSupported = "not-supported";            // a message type or resource we do not take
    public const string PatientMissing = "patient-missing";
    public const string PatientMismatch = "patient-mismatch";      // two sources name the same identifier differently
    public const string CodeMissing = "code-missing";
    public const string CodeUnmapped = "code-unmapped";
    public const string ValueMissing = "value-missing";
    public const string ValueNotUnderstood = "value-not-understood";
    public const string ValueOutOfRange = "value-out-of-range";
    public const string NotResulted = "not-resulted";              // cancelled, not done, see comments
    public const string UnitMissing = "unit-missing";
    public const string UnitUnknown = "unit-unknown";
    public const string UnitNotConvertible = "unit-not-convertible";
    public const string TimeMissing = "time-missing";
    public const string TimeInvalid = "time-invalid";
    public const string StatusUnknown = "status-unknown";
}
