using DatacenterOst.Server.Commands;

if (args is ["serve", ..]) ServerRuntime.Begin();
return await Root.Invoke(args);
