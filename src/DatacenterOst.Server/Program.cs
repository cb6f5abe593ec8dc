using DatacenterOst.Server.Commands;

return await Root.Invoke(args);
